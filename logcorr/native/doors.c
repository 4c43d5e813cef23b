/* The doors' own steps before a record: a verb of structlog's loggers, and the standard library's Logger._log.

Each stands for a function in Python, which it calls for whatever is not usual. */

#include "native.h"
#include <stddef.h>
#include <structmember.h>

/* What a method in C is bound like, as functions are. */
static PyObject *bound(PyObject *method, PyObject *object, PyObject *type)
{
    return object == NULL || object == Py_None ? Py_NewRef(method) : PyMethod_New(method, object);
}

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

/* What *function* answers to a call that is not usual, whatever was found out about it before. */
static PyObject *otherwise(PyObject *function, PyObject *const *args, size_t flagged, PyObject *names)
{
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_Exception))
            return NULL;
        PyErr_Clear();
    }
    return PyObject_Vectorcall(function, args, flagged, names);
}

/* ---- structlog ---- */

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *function, *level, *emit, *thresholds, *variables, *context_fields, *dict;
    PyTypeObject *named, *capture;
} Verb;

/* The fields of a call: those bound to the *logger* and in the context, and its own. NULL where they are not usual. */
static PyObject *fields_of(Verb *self, PyObject *logger, PyObject *const *values, PyObject *names)
{
    PyObject *bound_ = PyObject_GetAttr(logger, name__context), *fields = NULL;
    if (bound_ == NULL || !PyDict_CheckExact(bound_))
        goto end;
    if (PyDict_GET_SIZE(self->variables)) {
        fields = PyObject_CallNoArgs(self->context_fields);
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
static PyObject *name_of(Verb *self, PyObject *logger)
{
    PyObject *chain = PyObject_GetAttr(logger, name__processors), *name = NULL;
    if (chain != NULL && PyList_CheckExact(chain) && PyList_GET_SIZE(chain) > 0 &&
        !Py_IS_TYPE(PyList_GET_ITEM(chain, PyList_GET_SIZE(chain) - 1), self->capture)) {
        PyObject *wrapped = PyObject_GetAttr(logger, name__logger);
        if (wrapped != NULL && Py_IS_TYPE(wrapped, self->named))
            name = PyObject_GetAttr(wrapped, name_name);
        Py_XDECREF(wrapped);
    }
    Py_XDECREF(chain);
    return name;
}

static PyObject *say(PyObject *object, PyObject *const *args, size_t flagged, PyObject *names)
{
    Verb *self = (Verb *)object;
    if (PyVectorcall_NARGS(flagged) != 2 || !PyUnicode_CheckExact(args[1]) || !IS_ACTIVE(self->emit))
        return otherwise(self->function, args, flagged, names);
    PyObject *name = name_of(self, args[0]), *fields = NULL, *line = NULL;
    PyObject *threshold = name == NULL ? NULL : PyDict_GetItemWithError(self->thresholds, name);
    if (threshold != NULL && whole(self->level) < whole(threshold))
        line = Py_NewRef(Py_None);
    else if (threshold != NULL && (fields = fields_of(self, args[0], args + 2, names)) != NULL) {
        PyObject *given[] = {NULL, self->level, name, args[1], fields};
        line = emit(self->emit, given + 1, 4 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        if (line == NULL)
            goto end;
    }
    if (line == NULL)
        line = otherwise(self->function, args, flagged, names);
end:
    Py_XDECREF(name);
    Py_XDECREF(fields);
    if (line == NULL)
        return NULL;
    Py_DECREF(line);
    Py_RETURN_NONE;
}

static PyObject *new_verb(PyTypeObject *type, PyObject *args, PyObject *options)
{
    PyObject *function, *level, *emit_, *thresholds, *variables, *context_fields, *named, *capture;
    if (!PyArg_ParseTuple(args, "OO!OO!O!OO!O!:Verb", &function, &PyLong_Type, &level, &emit_, &PyDict_Type, &thresholds,
                          &PyDict_Type, &variables, &context_fields, &PyType_Type, &named, &PyType_Type, &capture))
        return NULL;
    Verb *self = (Verb *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->call = say;
    self->function = Py_NewRef(function);
    self->level = Py_NewRef(level);
    self->emit = Py_NewRef(emit_);
    self->thresholds = Py_NewRef(thresholds);
    self->variables = Py_NewRef(variables);
    self->context_fields = Py_NewRef(context_fields);
    self->named = (PyTypeObject *)Py_NewRef(named);
    self->capture = (PyTypeObject *)Py_NewRef(capture);
    return (PyObject *)self;
}

static int visit_verb(Verb *self, visitproc visit, void *arg)
{
    Py_VISIT(self->function);
    Py_VISIT(self->emit);
    Py_VISIT(self->thresholds);
    Py_VISIT(self->variables);
    Py_VISIT(self->context_fields);
    Py_VISIT(self->dict);
    Py_VISIT(self->named);
    Py_VISIT(self->capture);
    return 0;
}

static void free_verb(Verb *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->function);
    Py_CLEAR(self->level);
    Py_CLEAR(self->emit);
    Py_CLEAR(self->thresholds);
    Py_CLEAR(self->variables);
    Py_CLEAR(self->context_fields);
    Py_CLEAR(self->dict);
    Py_CLEAR(self->named);
    Py_CLEAR(self->capture);
    Py_TYPE(self)->tp_free(self);
}

/* A dict of its own, so that functools.update_wrapper may tell what it stands for. */
static PyGetSetDef with_dict[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL},
};

PyTypeObject VerbType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "logcorr.native._core.Verb",
    .tp_doc = "Verb(function, level, emit, thresholds, variables, context_fields, named, capture): a verb of BoundLogger's.",
    .tp_basicsize = sizeof(Verb),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_vectorcall_offset = offsetof(Verb, call),
    .tp_call = PyVectorcall_Call,
    .tp_descr_get = bound,
    .tp_new = new_verb,
    .tp_dealloc = (destructor)free_verb,
    .tp_traverse = (traverseproc)visit_verb,
    .tp_dictoffset = offsetof(Verb, dict),
    .tp_getset = with_dict,
};

/* ---- logging ---- */

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *function, *globals, *module, *level_names, *factory, *dict;
    PyTypeObject *logger, *root;
} Log;

/* Whether the standard library's *method* is what the door's module knows under *name*. */
static int is_known_as(Log *self, PyObject *method, PyObject *name)
{
    PyObject *found = PyObject_GetAttr((PyObject *)self->logger, method);
    int is_same = found != NULL && found == PyDict_GetItemWithError(self->globals, name);
    Py_XDECREF(found);
    return is_same;
}

/* Whether nobody but *door* would see a record of *logger*, and it lets every record pass. */
static int is_alone(Log *self, PyObject *logger, PyObject *door)
{
    if (!is_empty_list(logger, name_filters) || is_true(logger, name_disabled) ||
        PyDict_GetItemWithError(self->module, name__logRecordFactory) != self->factory ||
        !is_known_as(self, name_callHandlers, name__call_handlers) || !is_known_as(self, name_makeRecord, name__make_record) ||
        !is_known_as(self, name_handle, name__handle) || !is_known_as(self, name_filter, name__filter))
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

static PyObject *log_(PyObject *object, PyObject *const *args, size_t flagged, PyObject *names)
{
    Log *self = (Log *)object;
    PyObject *make = NULL, *fields = NULL, *name = NULL, *message = NULL, *level_name = NULL, *line = NULL;
    int is_usual = PyVectorcall_NARGS(flagged) == 4 && PyUnicode_CheckExact(args[2]) && PyTuple_CheckExact(args[3]) &&
                   (Py_IS_TYPE(args[0], self->logger) || Py_IS_TYPE(args[0], self->root));
    PyObject *door = is_usual ? PyDict_GetItemWithError(self->globals, name__door) : NULL;
    if (door != NULL && door != Py_None) {
        Py_INCREF(door);
        make = PyObject_GetAttr(door, name_make);
        is_usual = make != NULL && IS_ACTIVE(make) && is_alone(self, args[0], door);
        Py_DECREF(door);
    }
    if (is_usual)
        level_name = Py_XNewRef(PyDict_GetItemWithError(self->level_names, args[1]));
    is_usual = level_name != NULL && make != NULL &&
               (name = PyObject_GetAttr(args[0], name_name)) != NULL && (fields = fields_given(args + 4, names)) != NULL &&
               (PyTuple_GET_SIZE(args[3]) == 0 || !is_of_server(name)) && (message = interpolated(args[2], args[3])) != NULL;
    if (is_usual) {
        PyObject *given[] = {NULL, args[1], name, message, fields, Py_None, level_name};
        line = emit(make, given + 1, 6 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    }
    else
        line = otherwise(self->function, args, flagged, names);
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

static PyObject *new_log(PyTypeObject *type, PyObject *args, PyObject *options)
{
    PyObject *function, *globals, *module, *level_names, *factory, *logger, *root;
    if (!PyArg_ParseTuple(args, "OO!O!O!OO!O!:Log", &function, &PyDict_Type, &globals, &PyDict_Type, &module, &PyDict_Type,
                          &level_names, &factory, &PyType_Type, &logger, &PyType_Type, &root))
        return NULL;
    Log *self = (Log *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->call = log_;
    self->function = Py_NewRef(function);
    self->globals = Py_NewRef(globals);
    self->module = Py_NewRef(module);
    self->level_names = Py_NewRef(level_names);
    self->factory = Py_NewRef(factory);
    self->logger = (PyTypeObject *)Py_NewRef(logger);
    self->root = (PyTypeObject *)Py_NewRef(root);
    return (PyObject *)self;
}

static int visit_log(Log *self, visitproc visit, void *arg)
{
    Py_VISIT(self->function);
    Py_VISIT(self->globals);
    Py_VISIT(self->module);
    Py_VISIT(self->level_names);
    Py_VISIT(self->factory);
    Py_VISIT(self->dict);
    Py_VISIT(self->logger);
    Py_VISIT(self->root);
    return 0;
}

static void free_log(Log *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->function);
    Py_CLEAR(self->globals);
    Py_CLEAR(self->module);
    Py_CLEAR(self->level_names);
    Py_CLEAR(self->factory);
    Py_CLEAR(self->dict);
    Py_CLEAR(self->logger);
    Py_CLEAR(self->root);
    Py_TYPE(self)->tp_free(self);
}

PyTypeObject LogType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "logcorr.native._core.Log",
    .tp_doc = "Log(function, globals, module, level_names, factory, logger, root): the standard library's Logger._log.",
    .tp_basicsize = sizeof(Log),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_vectorcall_offset = offsetof(Log, call),
    .tp_call = PyVectorcall_Call,
    .tp_descr_get = bound,
    .tp_new = new_log,
    .tp_dealloc = (destructor)free_log,
    .tp_traverse = (traverseproc)visit_log,
    .tp_dictoffset = offsetof(Log, dict),
    .tp_getset = with_dict,
};
