/* Spans that have ids and are exported nowhere: those of ours, and those that came in with a carrier. */

#include "native.h"
#include <string.h>

#define TRACE_CHARS 32
#define SPAN_CHARS 16

/* The ids of *span*, a new reference; NULL with an exception. */
PyObject *ids_of(PyObject *span)
{
    if (is_a(span, (PyTypeObject *)the_LocalSpan) || is_a(span, (PyTypeObject *)the_NonRecordingSpan))
        return PyObject_GetAttr(span, name__context);
    return PyObject_CallMethodNoArgs(span, name_get_span_context);
}

/* Whether *ids* are a SpanContext: a tuple of trace, span, whether they came in, flags, state, and whether they are valid. */
int is_span_context(PyObject *ids)
{
    return is_a(ids, (PyTypeObject *)the_SpanContext) && PyTuple_GET_SIZE(ids) == 6;
}

static int is_valid(PyObject *ids)
{
    return is_span_context(ids) && PyTuple_GET_ITEM(ids, 5) == Py_True;
}

/* A SpanContext of ids that are known to be valid; it takes the first two. */
static PyObject *valid_ids(PyObject *trace_id, PyObject *span_id, PyObject *is_remote, PyObject *flags, PyObject *state)
{
    PyTypeObject *class = (PyTypeObject *)the_SpanContext;
    PyObject *ids = trace_id == NULL || span_id == NULL ? NULL : class->tp_alloc(class, 6);
    if (ids == NULL) {
        Py_XDECREF(trace_id);
        Py_XDECREF(span_id);
        return NULL;
    }
    PyTuple_SET_ITEM(ids, 0, trace_id);
    PyTuple_SET_ITEM(ids, 1, span_id);
    PyTuple_SET_ITEM(ids, 2, Py_NewRef(is_remote));
    PyTuple_SET_ITEM(ids, 3, Py_NewRef(flags));
    PyTuple_SET_ITEM(ids, 4, Py_NewRef(state));
    PyTuple_SET_ITEM(ids, 5, Py_NewRef(Py_True));
    return ids;
}

/* A span of *class* with *ids*, which it takes. */
static PyObject *span_with(PyObject *class, PyObject *ids)
{
    PyObject *span = ids == NULL ? NULL : fresh((PyTypeObject *)class);
    if (span != NULL && PyObject_SetAttr(span, name__context, ids) < 0)
        Py_CLEAR(span);
    Py_XDECREF(ids);
    return span;
}

/* A random number of so many *bits*. */
static PyObject *random_bits(long bits)
{
    PyObject *asked = PyLong_FromLong(bits);
    PyObject *found = asked == NULL ? NULL : PyObject_CallOneArg(the_random_bits, asked);
    Py_XDECREF(asked);
    return found;
}

/* One that is an id: 1 for zero, which is none. */
static PyObject *random_id(long bits)
{
    PyObject *found = random_bits(bits);
    if (found != NULL && PyLong_CheckExact(found) && !PyObject_IsTrue(found))
        Py_SETREF(found, PyLong_FromLong(1));
    return found;
}

/* A span of ours below the one in *base*, as spans.start_span; NULL where another's is wanted, or with an exception. */
PyObject *local_span(PyObject *base)
{
    PyObject *provider = PyDict_GetItemWithError(the_api, name__TRACER_PROVIDER);
    PyObject *around = PyDict_GetItemWithError(base, the_span_key), *above = NULL;
    int is_ours = provider == Py_None && (around == NULL || Py_IS_TYPE(around, (PyTypeObject *)the_LocalSpan) ||
                                          Py_IS_TYPE(around, (PyTypeObject *)the_NonRecordingSpan));
    if (!is_ours || (around != NULL && (above = ids_of(around)) == NULL))
        return NULL;
    if (above != NULL && !is_span_context(above)) { /* a class of somebody's own */
        Py_DECREF(above);
        return NULL;
    }
    PyObject *own = random_id(64), *ids = NULL, *span = NULL;
    if (above != NULL && is_valid(above)) {
        ids = valid_ids(Py_NewRef(PyTuple_GET_ITEM(above, 0)), own, Py_False, PyTuple_GET_ITEM(above, 3), PyTuple_GET_ITEM(above, 4));
    }
    else {
        Py_XSETREF(above, Py_NewRef(Py_None));
        ids = valid_ids(random_id(128), own, Py_False, the_own_flags, the_no_state);
    }
    if ((span = span_with(the_LocalSpan, ids)) != NULL && PyObject_SetAttr(span, name_parent, above) < 0)
        Py_CLEAR(span);
    Py_DECREF(above);
    return span;
}

/* The value of a digit of a traceparent; -1 for what is none. */
static int value_of(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

/* The id that so many *chars* of *text* are; NULL where they are none. */
static PyObject *id_in(const char *text, int chars)
{
    unsigned char bytes[TRACE_CHARS / 2], any = 0;
    for (int at = 0; at < chars / 2; at++) {
        int high = value_of(text[2 * at]), low = value_of(text[2 * at + 1]);
        if (high < 0 || low < 0)
            return NULL;
        bytes[at] = (unsigned char)(high << 4 | low);
        any |= bytes[at];
    }
    return any ? _PyLong_FromByteArray(bytes, (size_t)chars / 2, 0, 0) : NULL;
}

/* The span that *text*, a traceparent of version 00, tells of, with its *state*; NULL where it is none or not usual, or with an exception. */
PyObject *remote_span(PyObject *text, PyObject *state)
{
    if (the_SpanContext == NULL || the_flags == NULL || !PyUnicode_CheckExact(text) || !PyUnicode_IS_COMPACT_ASCII(text) ||
        PyUnicode_GET_LENGTH(text) != TRACE_PARENT_CHARS)
        return NULL;
    const char *chars = PyUnicode_DATA(text);
    int high = value_of(chars[53]), low = value_of(chars[54]);
    PyObject *trace_id, *span_id;
    if (high < 0 || low < 0 || memcmp(chars, "00-", 3) || chars[35] != '-' || chars[52] != '-' ||
        (trace_id = id_in(chars + 3, TRACE_CHARS)) == NULL)
        return NULL;
    if ((span_id = id_in(chars + 36, SPAN_CHARS)) != NULL)
        return span_with(the_NonRecordingSpan, valid_ids(trace_id, span_id, Py_True, PyTuple_GET_ITEM(the_flags, low & 3), state));
    Py_DECREF(trace_id);
    return NULL;
}

/* remote_span(text, state) */
PyObject *usual_remote_span(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    PyObject *span = NULL;
    if (is_on && names == NULL && PyVectorcall_NARGS(flagged) == 2)
        span = remote_span(args[0], args[1]);
    return span == NULL ? otherwise(method, args, flagged, names) : span;
}

/* The bytes of *number*, the first being the highest; -1 with an exception, or where it is none that fits. */
static int bytes_of(PyObject *number, unsigned char *bytes, size_t size)
{
    if (!PyLong_Check(number))
        return -1;
#if PY_VERSION_HEX >= 0x030d0000
    return _PyLong_AsByteArray((PyLongObject *)number, bytes, size, 0, 0, 1);
#else
    return _PyLong_AsByteArray((PyLongObject *)number, bytes, size, 0, 0);
#endif
}

/* The hexadecimal form of *number*, in so many *chars*; NULL with an exception, or where it is none that fits. */
static char *hexadecimal(char *out, PyObject *number, int chars)
{
    unsigned char bytes[TRACE_CHARS / 2];
    if (bytes_of(number, bytes, (size_t)chars / 2) < 0)
        return NULL;
    for (int at = 0; at < chars / 2; at++) {
        *out++ = "0123456789abcdef"[bytes[at] >> 4];
        *out++ = "0123456789abcdef"[bytes[at] & 15];
    }
    return out;
}

/* Write *ids* as a traceparent of TRACE_PARENT_CHARS; NULL with an exception, or where they are not usual. */
char *trace_parent(char *out, PyObject *ids)
{
    if (!is_valid(ids))
        return NULL;
    memcpy(out, "00-", 3);
    if ((out = hexadecimal(out + 3, PyTuple_GET_ITEM(ids, 0), TRACE_CHARS)) == NULL)
        return NULL;
    *out++ = '-';
    if ((out = hexadecimal(out, PyTuple_GET_ITEM(ids, 1), SPAN_CHARS)) == NULL)
        return NULL;
    *out++ = '-';
    return hexadecimal(out, PyTuple_GET_ITEM(ids, 3), 2);
}

/* A text of 32 random digits. */
PyObject *random_text(void)
{
    char text[TRACE_CHARS];
    PyObject *number = random_bits(128), *found = NULL;
    if (number != NULL && hexadecimal(text, number, TRACE_CHARS) != NULL)
        found = PyUnicode_FromStringAndSize(text, TRACE_CHARS);
    Py_XDECREF(number);
    return found;
}

/* The id of the span of *ids*, as text; NULL where they are not valid, or with an exception. */
PyObject *span_id_of(PyObject *ids)
{
    char text[SPAN_CHARS];
    if (!is_valid(ids) || hexadecimal(text, PyTuple_GET_ITEM(ids, 1), SPAN_CHARS) == NULL)
        return NULL;
    return PyUnicode_FromStringAndSize(text, SPAN_CHARS);
}
