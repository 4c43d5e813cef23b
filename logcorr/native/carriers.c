/* Carriers: the headers that count, of a list of pairs or of a dict. */

#include "native.h"

/* The *value* of a header as text, a new reference; NULL where it is neither text nor bytes. */
static PyObject *text_of(PyObject *value)
{
    if (PyUnicode_CheckExact(value))
        return Py_NewRef(value);
    return PyBytes_CheckExact(value) ? PyUnicode_DecodeLatin1(PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value), NULL) : NULL;
}

/* The name under which a header *spelt* so counts, a new reference; None where it does not, NULL where that is not told. */
static PyObject *counted(PyObject *wanted, PyObject *spelt)
{
    PyObject *names = PyBytes_CheckExact(spelt)     ? GET(wanted, Wanted_bytes)
                      : PyUnicode_CheckExact(spelt) ? GET(wanted, Wanted_text)
                                                    : NULL;
    if (!IS(names, Spelt_known) || !is_a(GET(names, Spelt_others), &PySet_Type) || !IS_DICT(GET(names, Spelt_known)))
        return NULL;
    int is_known = PySet_Contains(GET(names, Spelt_others), spelt);
    if (is_known)
        return is_known < 0 ? NULL : Py_NewRef(Py_None);
    PyObject *name = PyDict_GetItemWithError(GET(names, Spelt_known), spelt);
    if (name != NULL || PyErr_Occurred())
        return Py_XNewRef(name);
    return PyObject_CallMethodOneArg(names, name_name, spelt);
}

/* Add one header to *found*; -1 where it is not usual. */
static int add(PyObject *found, PyObject *pair, PyObject *wanted)
{
    if (!PyTuple_CheckExact(pair) || PyTuple_GET_SIZE(pair) != 2)
        return -1;
    PyObject *name = counted(wanted, PyTuple_GET_ITEM(pair, 0)), *text = NULL, *texts = NULL;
    int is_added = name == Py_None ? 0 : -1;
    if (name != NULL && name != Py_None && (text = text_of(PyTuple_GET_ITEM(pair, 1))) != NULL) {
        PyObject *before = PyDict_GetItemWithError(found, name);
        if (before != NULL)
            is_added = PyList_Append(before, text);
        else if (!PyErr_Occurred() && (texts = PyList_New(1)) != NULL) {
            PyList_SET_ITEM(texts, 0, Py_NewRef(text));
            is_added = PyDict_SetItem(found, name, texts);
        }
    }
    Py_XDECREF(name);
    Py_XDECREF(text);
    Py_XDECREF(texts);
    return is_added;
}

/* The headers of *carrier* that are *wanted*; NULL where not all is of the types that servers and clients give. */
PyObject *headers_in(PyObject *carrier, PyObject *wanted)
{
    PyObject *pairs = NULL, *found = NULL, *pair;
    if (!IS(wanted, Wanted_bytes))
        return NULL;
    if (PyList_CheckExact(carrier))
        pairs = Py_NewRef(carrier);
    else if (PyDict_CheckExact(carrier) && PyDict_Contains(carrier, name_REQUEST_METHOD) == 0)
        pairs = PyDict_Items(carrier);
    if (pairs != NULL)
        found = PyDict_New();
    for (Py_ssize_t at = 0; found != NULL && at < PyList_GET_SIZE(pairs); at++) {
        pair = Py_NewRef(PyList_GET_ITEM(pairs, at));
        if (add(found, pair, wanted) < 0)
            Py_CLEAR(found);
        Py_DECREF(pair);
    }
    Py_XDECREF(pairs);
    return found;
}

/* read(carrier, wanted) */
PyObject *usual_read(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    PyObject *found = NULL;
    if (is_on && names == NULL && PyVectorcall_NARGS(flagged) == 2)
        found = headers_in(args[0], args[1]);
    return found == NULL ? otherwise(method, args, flagged, names) : found;
}
