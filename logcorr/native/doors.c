/* The doors' own steps before a record: a verb of structlog's loggers, and the standard library's Logger._log. */

#include "native.h"

/* Whether the attribute *name* of *object* is an empty list. */
static int is_empty_list(PyObject *object, PyObject *name)
{
    PyObject *found = PyObject_GetAttr(object, name);
    int is_empty = found != NULL && PyList_CheckExact(found) && PyList_GET_SIZE(found) == 0;
    Py_XDECREF(found);
    return is_empty;
}

/* Whether the attribute *name* of *object* is true; -1 where it cannot tell. */
static int is_true(PyObject *object, PyObject *name)
{
    PyObject *found = PyObject_GetAttr(object, name);
    int truth = found == NULL ? -1 : PyObject_IsTrue(found);
    Py_XDECREF(found);
    return truth;
}

/* ---- structlog ---- */

/* What a verb is given: its level, what makes records, the level from which on each logger does, and structlog's parts. */
enum { LEVEL, EMIT, THRESHOLDS, VARIABLES, CONTEXT_FIELDS, NAMED, CAPTURE };

/* The fields of a call: those bound to the *logger* and in the context, and its own. NULL where they are not usual. */
static PyObject *fields_of(PyObject *method, PyObject *logger, PyObject *const *values, PyObject *names)
{
    PyObject *bound_ = PyObject_GetAttr(logger, name__context), *fields = NULL;
    if (bound_ == NULL || !PyDict_CheckExact(bound_))
        goto end;
    if (PyDict_GET_SIZE(HELD(method, VARIABLES))) {
        fields = PyObject_CallNoArgs(HELD(method, CONTEXT_FIELDS));
        if (fields != NULL && (!PyDict_CheckExact(fields) || PyDict_Update(fields, bound_) < 0))
            Py_CLEAR(fields);
    }
    else
        fields = PyDict_GET_SIZE(bound_) ? PyDict_Copy(bound_) : PyDict_New();
    for (Py_ssize_t at = 0; fields != NULL && names != NULL && at < PyTuple_GET_SIZE(names); at++)
        if (PyDict_SetItem(fields, PyTuple_GET_ITEM(names, at), values[at]) < 0)
            Py_CLEAR(fields);
    if (fields != NULL && (PyDict_Contains(fields, name_exc_info) || PyDict_Contains(fields, name_stack_info)))
        Py_CLEAR(fields);
end:
    Py_XDECREF(bound_);
    return fields;
}

/* Whether no test captures what *logger* is given, and what it wraps is no more than a name. That is a new reference. */
static PyObject *name_of(PyObject *method, PyObject *logger)
{
    PyObject *chain = PyObject_GetAttr(logger, name__processors), *name = NULL;
    if (chain != NULL && PyList_CheckExact(chain) && PyList_GET_SIZE(chain) > 0 &&
        !Py_IS_TYPE(PyList_GET_ITEM(chain, PyList_GET_SIZE(chain) - 1), (PyTypeObject *)HELD(method, CAPTURE))) {
        PyObject *wrapped = PyObject_GetAttr(logger, name__logger);
        if (wrapped != NULL && Py_IS_TYPE(wrapped, (PyTypeObject *)HELD(method, NAMED)))
            name = PyObject_GetAttr(wrapped, name_name);
        Py_XDECREF(wrapped);
    }
    Py_XDECREF(chain);
    return name;
}

PyObject *usual_verb(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    if (PyVectorcall_NARGS(flagged) != 2 || !PyUnicode_CheckExact(args[1]) || !IS_ACTIVE(HELD(method, EMIT)))
        return otherwise(method, args, flagged, names);
    PyObject *name = name_of(method, args[0]), *fields = NULL, *line = NULL;
    PyObject *threshold = name == NULL ? NULL : PyDict_GetItemWithError(HELD(method, THRESHOLDS), name);
    if (threshold != NULL && whole(HELD(method, LEVEL)) < whole(threshold))
        line = Py_NewRef(Py_None);
    else if (threshold != NULL && (fields = fields_of(method, args[0], args + 2, names)) != NULL) {
        PyObject *given[] = {NULL, HELD(method, LEVEL), name, args[1], fields};
        line = emit(HELD(method, EMIT), given + 1, 4 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        if (line == NULL)
            goto end;
    }
    if (line == NULL)
        line = otherwise(method, args, flagged, names);
end:
    Py_XDECREF(name);
    Py_XDECREF(fields);
    if (line == NULL)
        return NULL;
    Py_DECREF(line);
    Py_RETURN_NONE;
}

/* ---- logging ---- */

/* What stands for Logger._log is given: the names of the door's module and of the standard library's, the latter's names of levels,
   its LogRecord, and its classes of loggers. */
enum { GLOBALS, MODULE, LEVEL_NAMES, FACTORY, LOGGER, ROOT };

/* Whether the standard library's method *called* so is what the door's module knows under *name*. */
static int is_known_as(PyObject *method, PyObject *called, PyObject *name)
{
    PyObject *found = PyObject_GetAttr(HELD(method, LOGGER), called);
    int is_same = found != NULL && found == PyDict_GetItemWithError(HELD(method, GLOBALS), name);
    Py_XDECREF(found);
    return is_same;
}

/* Whether nobody but *door* would see a record of *logger*, and it lets every record pass. */
static int is_alone(PyObject *method, PyObject *logger, PyObject *door)
{
    if (!is_empty_list(logger, name_filters) || is_true(logger, name_disabled) ||
        PyDict_GetItemWithError(HELD(method, MODULE), name__logRecordFactory) != HELD(method, FACTORY) ||
        !is_known_as(method, name_callHandlers, name__call_handlers) || !is_known_as(method, name_makeRecord, name__make_record) ||
        !is_known_as(method, name_handle, name__handle) || !is_known_as(method, name_filter, name__filter))
        return 0;
    PyObject *node = Py_NewRef(logger);
    int is_so = 1;
    while (node != NULL && node != Py_None && is_so) {
        PyObject *handlers = PyObject_GetAttr(node, name_handlers);
        is_so = handlers != NULL && PyList_CheckExact(handlers) &&
                (PyList_GET_SIZE(handlers) == 0 || (PyList_GET_SIZE(handlers) == 1 && PyList_GET_ITEM(handlers, 0) == door));
        Py_XDECREF(handlers);
        int goes_on = is_so ? is_true(node, name_propagate) : 0;
        is_so = is_so && goes_on >= 0;
        Py_SETREF(node, goes_on > 0 ? PyObject_GetAttr(node, name_parent) : NULL);
    }
    Py_XDECREF(node);
    return is_so && !PyErr_Occurred();
}

/* The fields of a record with what was given as *extra*; NULL where that, or what else was given by name, is not usual. */
static PyObject *fields_given(PyObject *const *values, PyObject *names)
{
    PyObject *extra = NULL;
    for (Py_ssize_t at = 0; names != NULL && at < PyTuple_GET_SIZE(names); at++) {
        PyObject *name = PyTuple_GET_ITEM(names, at);
        if (!PyUnicode_Compare(name, name_extra) && PyDict_CheckExact(values[at]))
            extra = values[at];
        else if (PyUnicode_Compare(name, name_exc_info) || values[at] != Py_None)
            return NULL;
    }
    if (extra == NULL)
        return PyDict_New();
    return PyDict_Contains(extra, name_color_message) ? NULL : PyDict_Copy(extra);
}

/* *message* with its *args*, which have to be a few scalars; NULL where they are not, and where they do not fit. */
static PyObject *interpolated(PyObject *message, PyObject *args)
{
    if (PyTuple_GET_SIZE(args) == 0)
        return Py_NewRef(message);
    PyObject *first = PyTuple_GET_ITEM(args, 0);
    if (PyTuple_GET_SIZE(args) == 1 && !PyUnicode_CheckExact(first) && !PyLong_CheckExact(first) && !PyFloat_CheckExact(first))
        return NULL; /* a mapping names its places */
    return PyUnicode_Format(message, args);
}

/* Whether *logger* is one of a server's, whose arguments are fields as well: "uvicorn.access". */
static int is_of_server(PyObject *logger)
{
    return !PyUnicode_CheckExact(logger) || PyUnicode_Tailmatch(logger, name__access, 0, PY_SSIZE_T_MAX, 1) != 0;
}

PyObject *usual_log(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    PyObject *make = NULL, *fields = NULL, *name = NULL, *message = NULL, *level_name = NULL, *line = NULL;
    int is_usual = PyVectorcall_NARGS(flagged) == 4 && PyUnicode_CheckExact(args[2]) && PyTuple_CheckExact(args[3]) &&
                   (Py_IS_TYPE(args[0], (PyTypeObject *)HELD(method, LOGGER)) || Py_IS_TYPE(args[0], (PyTypeObject *)HELD(method, ROOT)));
    PyObject *door = is_usual ? PyDict_GetItemWithError(HELD(method, GLOBALS), name__door) : NULL;
    if (door != NULL && door != Py_None) {
        Py_INCREF(door);
        make = PyObject_GetAttr(door, name_make);
        is_usual = make != NULL && IS_ACTIVE(make) && is_alone(method, args[0], door);
        Py_DECREF(door);
    }
    if (is_usual)
        level_name = Py_XNewRef(PyDict_GetItemWithError(HELD(method, LEVEL_NAMES), args[1]));
    is_usual = level_name != NULL && make != NULL &&
               (name = PyObject_GetAttr(args[0], name_name)) != NULL && (fields = fields_given(args + 4, names)) != NULL &&
               (PyTuple_GET_SIZE(args[3]) == 0 || !is_of_server(name)) && (message = interpolated(args[2], args[3])) != NULL;
    if (is_usual) {
        PyObject *given[] = {NULL, args[1], name, message, fields, Py_None, level_name};
        line = emit(make, given + 1, 6 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    }
    else
        line = otherwise(method, args, flagged, names);
    Py_XDECREF(make);
    Py_XDECREF(fields);
    Py_XDECREF(name);
    Py_XDECREF(message);
    Py_XDECREF(level_name);
    if (line == NULL)
        return NULL;
    Py_DECREF(line);
    Py_RETURN_NONE;
}
