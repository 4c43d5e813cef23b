/* The JSON of fields that are plain: what logcorr.masking.glance tells at a glance, told while it is written. */

#include "native.h"
#include <math.h>
#include <string.h>

/* Mappings within the fields that are deeper are for Python. */
#define MOST_DEEP 2
/* As in logcorr.masking.classes. */
#define WORD 'a'
#define MARK '!'
#define SPACE ' '
#define LONG_WORD 16

/* *text* as JSON without its quotes, if it is ASCII that needs no escape; NULL otherwise. Whether it is more than words, as
   *kinds* tells them, is added to *more*. */
static char *copied(char *out, const char *end, PyObject *text, const char *kinds, int *more)
{
    if (!PyUnicode_IS_READY(text) || !PyUnicode_IS_COMPACT_ASCII(text))
        return NULL;
    const unsigned char *from = PyUnicode_1BYTE_DATA(text);
    Py_ssize_t size = PyUnicode_GET_LENGTH(text);
    if (end - out < size)
        return NULL;
    int run = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        unsigned char each = from[at];
        if (each < 0x20 || each == '"' || each == '\\' || each == 0x7f)
            return NULL;
        if (kinds != NULL) {
            char kind = kinds[each];
            run = kind == WORD ? run + 1 : 0;
            *more |= (kind == MARK) | (kind == SPACE) | (run >= LONG_WORD);
        }
        out[at] = (char)each;
    }
    return out + size;
}

/* Whether *object* is what is plain, with all that is read of it. */
int is_plain_here(PyObject *object)
{
    return IS(object, Plain_names) && is_a(GET(object, Plain_names), &PySet_Type) && IS_DICT(GET(object, Plain_messages)) &&
           is_a(GET(object, Plain_classes), &PyBytes_Type) && PyBytes_GET_SIZE(GET(object, Plain_classes)) == 256 &&
           GET(object, Plain_known) != NULL && GET(object, Plain_keys) != NULL && GET(object, Plain_is_plain) != NULL &&
           GET(object, Plain_most) != NULL;
}

char *decimal(char *out, unsigned long long value)
{
    char digits[MOST_DIGITS], *at = digits + MOST_DIGITS;
    do
        *--at = '0' + value % 10;
    while (value /= 10);
    memcpy(out, at, digits + MOST_DIGITS - at);
    return out + (digits + MOST_DIGITS - at);
}

static char *whole_number(char *out, const char *end, PyObject *value, double most)
{
    int beyond;
    long long number = PyLong_AsLongLongAndOverflow(value, &beyond);
    if (beyond || end - out < MOST_DIGITS + 1 || !((double)number < most && (double)number > -most))
        return NULL;
    if (number < 0)
        *out++ = '-';
    return decimal(out, number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number);
}

/* A float in its shortest form, where that has no exponent. */
static char *fraction(char *out, const char *end, double value, double most)
{
    /* Beyond these a form has an exponent: Python's, or that of other writers of JSON. */
    if (!(fabs(value) < most) || !(fabs(value) < 1e15) || (fabs(value) < 1e-4 && value != 0.0) || end - out < 32)
        return NULL;
    long long millionths = llround(fabs(value) * 1e6);
    if (millionths < 1000000000000000 && (double)millionths / 1e6 == fabs(value)) {
        /* These are all there is, and as they are 15 digits at most, no other form is shorter. */
        if (signbit(value))
            *out++ = '-';
        out = decimal(out, (unsigned long long)millionths / 1000000);
        *out++ = '.';
        long long rest = millionths % 1000000;
        int unit = 100000;
        do {
            *out++ = '0' + (char)(rest / unit);
            rest %= unit;
            unit /= 10;
        } while (rest);
        return out;
    }
    char *digits = PyOS_double_to_string(value, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    if (digits == NULL)
        return NULL;
    size_t size = strlen(digits);
    memcpy(out, digits, size);
    PyMem_Free(digits);
    return out + size;
}

/* Whether *text*, which is ASCII, is a UUID: the id that has most often never been met before. It holds nothing. */
static int is_uuid(PyObject *text)
{
    if (PyUnicode_GET_LENGTH(text) != 36)
        return 0;
    const unsigned char *from = PyUnicode_1BYTE_DATA(text);
    for (int at = 0; at < 36; at++)
        if (at == 8 || at == 13 || at == 18 || at == 23 ? from[at] != '-' : !Py_ISXDIGIT(from[at]))
            return 0;
    return 1;
}

/* Whether *text*, which is more than words, was read before, or is plain all the same; 0 with an exception, too. */
static int is_known(PyObject *plain, PyObject *text)
{
    PyObject *known = GET(plain, Plain_known);
    if (PyAnySet_Check(known) && PySet_Contains(known, text) == 1)
        return 1;
    PyObject *answer = PyErr_Occurred() ? NULL : PyObject_CallOneArg(GET(plain, Plain_is_plain), text);
    Py_XDECREF(answer);
    return answer == Py_True;
}

static char *mapping(char *out, const char *end, PyObject *fields, PyObject *plain, int depth);

/* The JSON of one plain value in *out*; NULL where it is not plain. */
static char *encoded(char *out, const char *end, PyObject *value, PyObject *plain, int depth)
{
    if (PyUnicode_CheckExact(value)) {
        int more = 0;
        const char *kinds = GET(plain, Plain_known) == Py_None ? NULL : PyBytes_AS_STRING(GET(plain, Plain_classes));
        *out++ = '"';
        out = copied(out, end, value, kinds, &more);
        if (out == NULL || out == end || (more && !is_uuid(value) && !is_known(plain, value)))
            return NULL;
        *out++ = '"';
        return out;
    }
    if (value == Py_None || value == Py_True || value == Py_False) {
        const char *word = value == Py_None ? "null" : value == Py_True ? "true" : "false";
        size_t size = strlen(word);
        memcpy(out, word, size);
        return out + size;
    }
    if (PyDict_CheckExact(value) && depth < MOST_DEEP) {
        PyObject *copy = PyDict_Copy(value); /* for it may be somebody else's as well */
        out = copy == NULL ? NULL : mapping(out, end, copy, plain, depth + 1);
        Py_XDECREF(copy);
        return out;
    }
    int is_whole = PyLong_CheckExact(value);
    if (!is_whole && !PyFloat_CheckExact(value))
        return NULL;
    double most = PyFloat_AsDouble(GET(plain, Plain_most));
    if (most == -1.0)
        return NULL;
    return is_whole ? whole_number(out, end, value, most) : fraction(out, end, PyFloat_AS_DOUBLE(value), most);
}

/* One member of an object of JSON, after *sign*. */
static char *member(char *out, const char *end, char sign, PyObject *name, PyObject *value, PyObject *plain, int depth)
{
    if (end - out < 8)
        return NULL;
    *out++ = sign;
    *out++ = '"';
    out = copied(out, end, name, NULL, NULL);
    if (out == NULL || end - out < 8)
        return NULL;
    *out++ = '"';
    *out++ = ':';
    return encoded(out, end, value, plain, depth);
}

/* The JSON of a mapping within the fields, or of the metrics. */
static char *mapping(char *out, const char *end, PyObject *fields, PyObject *plain, int depth)
{
    PyObject *names = GET(plain, Plain_names), *name, *value;
    Py_ssize_t at = 0;
    char sign = '{';
    for (; PyDict_Next(fields, &at, &name, &value); sign = ',') {
        if (!PyUnicode_CheckExact(name) || PySet_Contains(names, name) != 1)
            return NULL;
        if ((out = member(out, end, sign, name, value, plain, depth)) == NULL)
            return NULL;
    }
    if (end - out < 2)
        return NULL;
    if (sign == '{')
        *out++ = sign;
    *out++ = '}';
    return out;
}

/* What follows the fields in force in the line of a record with *fields* of its own, if these are as plain as Plain.fields wants
   them, and none of them is among those in force, *bound*; else NULL. *has_own* tells whether it begins with a "{". */
char *context_and_metrics(char *out, const char *end, PyObject *fields, PyObject *plain, PyObject *bound, int *has_own)
{
    PyObject *names = GET(plain, Plain_names), *metrics = NULL, *name, *value;
    Py_ssize_t at = 0;
    char sign = '{';
    while (PyDict_Next(fields, &at, &name, &value)) {
        if (!PyUnicode_CheckExact(name) || (PyDict_GET_SIZE(bound) && PyDict_Contains(bound, name) != 0))
            return NULL;
        if (PySet_Contains(names, name) != 1) {
            if (PyErr_Occurred() || PyUnicode_Compare(name, name_metrics) || !PyDict_CheckExact(value) || !PyDict_GET_SIZE(value))
                return NULL;
            metrics = value;
            continue;
        }
        if ((out = member(out, end, sign, name, value, plain, 0)) == NULL)
            return NULL;
        sign = ',';
    }
    *has_own = sign == ',';
    if (end - out < 16)
        return NULL;
    if (*has_own)
        *out++ = '}';
    if (metrics != NULL) {
        PyObject *copy = PyDict_Copy(metrics);
        memcpy(out, ",\"metrics\":", 11);
        out = copy == NULL ? NULL : mapping(out + 11, end, copy, plain, 0);
        Py_XDECREF(copy);
    }
    return out;
}

/* divided(bound, names, plain): what Pipeline makes of the fields in force, if they are plain: the JSON of the correlation fields
   *names*, the others, and their JSON. None where they are not. */
PyObject *divided(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    char json[MOST_JSON], *out = json;
    const char *end = json + MOST_JSON;
    if (count != 3 || !PyDict_CheckExact(args[0]) || !PyTuple_CheckExact(args[1]) || !is_plain_here(args[2])) {
        PyErr_SetString(PyExc_TypeError, "divided() takes the fields in force, the names of ids, and what is plain");
        return NULL;
    }
    PyObject *names = args[1], *plain = args[2], *others = PyDict_Copy(args[0]), *keys = GET(plain, Plain_keys), *found = NULL;
    if (others == NULL || GET(plain, Plain_usable) != Py_True)
        goto unsure;
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(names); at++) {
        PyObject *name = PyTuple_GET_ITEM(names, at), *value = PyDict_GetItemWithError(others, name);
        if (value == NULL)
            continue;
        if (value != Py_None && (!PyUnicode_CheckExact(value) || (keys != Py_None && PySet_Contains(keys, name) != 1) ||
                                 (out = member(out, end, ',', name, value, plain, 0)) == NULL))
            goto unsure;
        if (PyDict_DelItem(others, name) < 0)
            goto unsure;
    }
    char *own = out;
    if (PyErr_Occurred() || (out = mapping(out, end, others, plain, 0)) == NULL)
        goto unsure;
    found = Py_BuildValue("(y#Oy#)", json, (Py_ssize_t)(own - json), others, own, (Py_ssize_t)(out - own));
unsure:
    Py_XDECREF(others);
    if (found == NULL && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_Exception))
            return NULL;
        PyErr_Clear();
    }
    return found == NULL ? Py_NewRef(Py_None) : found;
}
