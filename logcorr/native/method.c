/* A method: it stands for a function in Python, does what is usual, and calls the function for everything else. */

#include "native.h"
#include <stddef.h>
#include <structmember.h>

#define ENTRY(name) {#name, usual_##name},
static const struct {
    const char *name;
    vectorcallfunc call;
} methods[] = {METHODS(ENTRY)};

/* usual(name, function, *held): the method *name*, which stands for *function*. Raises TypeError where there is none of that name. */
PyObject *usual(PyObject *module, PyObject *args)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    const char *name = count < 2 ? NULL : PyUnicode_AsUTF8(PyTuple_GET_ITEM(args, 0));
    if (name == NULL)
        return PyErr_Format(PyExc_TypeError, "usual(name, function, *held)");
    for (size_t at = 0; at < sizeof methods / sizeof *methods; at++) {
        if (strcmp(methods[at].name, name))
            continue;
        Method *self = (Method *)MethodType.tp_alloc(&MethodType, 0);
        if (self == NULL)
            return NULL;
        self->call = methods[at].call;
        self->function = Py_NewRef(PyTuple_GET_ITEM(args, 1));
        if ((self->held = PyTuple_GetSlice(args, 2, count)) == NULL)
            Py_CLEAR(self);
        return (PyObject *)self;
    }
    return PyErr_Format(PyExc_TypeError, "there is no method %s", name);
}

/* What the function answers to a call that is not usual, whatever was found out about it before. */
PyObject *otherwise(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_Exception))
            return NULL;
        PyErr_Clear();
    }
    return PyObject_Vectorcall(((Method *)method)->function, args, flagged, names);
}

/* It is bound as functions are. */
static PyObject *bound(PyObject *method, PyObject *object, PyObject *type)
{
    return object == NULL || object == Py_None ? Py_NewRef(method) : PyMethod_New(method, object);
}

static PyObject *told(Method *self)
{
    return PyObject_Repr(self->function);
}

/* It is pickled as functions are, by its name. */
static PyObject *reduced(Method *self, PyObject *none)
{
    return PyObject_GetAttrString(self->function, "__qualname__");
}

static int visit(Method *self, visitproc visit, void *arg)
{
    Py_VISIT(self->function);
    Py_VISIT(self->held);
    Py_VISIT(self->dict);
    return 0;
}

static int clear(Method *self)
{
    Py_CLEAR(self->function);
    Py_CLEAR(self->held);
    Py_CLEAR(self->dict);
    return 0;
}

static void release(Method *self)
{
    PyObject_GC_UnTrack(self);
    clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef functions[] = {
    {"__reduce__", (PyCFunction)reduced, METH_NOARGS, "By its name."},
    {NULL},
};

static PyObject *of_function(Method *self, void *name)
{
    return PyObject_GetAttrString(self->function, name);
}

/* A dict of its own, so that functools.update_wrapper may tell what it stands for; and what else inspect asks of functions. */
static PyGetSetDef with_dict[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {"__code__", (getter)of_function, NULL, NULL, "__code__"},
    {"__defaults__", (getter)of_function, NULL, NULL, "__defaults__"},
    {"__kwdefaults__", (getter)of_function, NULL, NULL, "__kwdefaults__"},
    {NULL},
};

PyTypeObject MethodType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "logcorr.native._core.Method",
    .tp_doc = "What stands for a function in Python, and does what is usual in C.",
    .tp_basicsize = sizeof(Method),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_vectorcall_offset = offsetof(Method, call),
    .tp_call = PyVectorcall_Call,
    .tp_descr_get = bound,
    .tp_repr = (reprfunc)told,
    .tp_dealloc = (destructor)release,
    .tp_traverse = (traverseproc)visit,
    .tp_dictoffset = offsetof(Method, dict),
    .tp_getset = with_dict,
    .tp_methods = functions,
};
