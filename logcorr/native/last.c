/* What the messages of an answer are awaited by where that is no coroutine, and the last of an answer, which is over then. */

#include "native.h"
#include <stddef.h>
#include <structmember.h>

/* *request* is NULL where the message is not the last; *sending* is NULL as soon as it has been sent. */
typedef struct {
    PyObject_HEAD
    PyObject *sending, *request;
    char is_running, is_suspended, has_begun;
} Last;

/* What sends the message, a new reference; NULL with an exception, as coroutines raise it. */
static PyObject *sending_of(Last *self)
{
    if (self->is_running)
        PyErr_SetString(PyExc_ValueError, "coroutine already executing");
    else if (self->sending == NULL)
        PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
    else
        return Py_NewRef(self->sending);
    return NULL;
}

/* Let go of what it sends by, whatever exception there is. */
static void let_go(Last *self)
{
    PyObject *type, *error, *trace;
    PyErr_Fetch(&type, &error, &trace);
    Py_CLEAR(self->sending);
    Py_CLEAR(self->request);
    PyErr_Restore(type, error, trace);
}

/* What is to be told of a step that came to *state*. */
static PySendResult stepped(Last *self, PySendResult state, PyObject **result)
{
    self->is_running = 0;
    self->is_suspended = state == PYGEN_NEXT;
    if (state == PYGEN_RETURN) {
        if (self->request != NULL && answered(self->request) < 0) {
            Py_CLEAR(*result);
            state = PYGEN_ERROR;
        }
        let_go(self);
    }
    else if (state == PYGEN_ERROR && !PyCoro_CheckExact(self->sending)) /* which knows that it is over */
        let_go(self);
    return state;
}

static PySendResult last_send(PyObject *object, PyObject *value, PyObject **result)
{
    Last *self = (Last *)object;
    PyObject *sending = sending_of(self);
    *result = NULL;
    if (sending == NULL)
        return PYGEN_ERROR;
    PySendResult state = PYGEN_ERROR;
    if (!self->has_begun && value != Py_None)
        PyErr_SetString(PyExc_TypeError, "can't send non-None value to a just-started coroutine");
    else {
        self->has_begun = self->is_running = 1;
        state = PyIter_Send(sending, value, result);
        state = stepped(self, state, result);
    }
    Py_DECREF(sending);
    return state;
}

/* What came of a step, as an iterator tells it. */
static PyObject *told(PySendResult state, PyObject *result)
{
    if (state != PYGEN_RETURN)
        return result;
    PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, result); /* whatever kind of object that is */
    if (stop != NULL)
        PyErr_SetObject(PyExc_StopIteration, stop);
    Py_XDECREF(stop);
    Py_DECREF(result);
    return NULL;
}

static PyObject *last_next(PyObject *self)
{
    PyObject *result = NULL;
    PySendResult state = last_send(self, Py_None, &result);
    return told(state, result);
}

static PyObject *last_send_method(PyObject *self, PyObject *value)
{
    PyObject *result = NULL;
    PySendResult state = last_send(self, value, &result);
    return told(state, result);
}

/* Raise what *args*, those of throw(), are. */
static void raised(PyObject *args)
{
    PyObject *type = NULL, *value = NULL, *trace = NULL;
    if (!PyArg_UnpackTuple(args, "throw", 1, 3, &type, &value, &trace))
        return;
    value = value == Py_None ? NULL : value;
    trace = trace == Py_None ? NULL : trace;
    if (trace != NULL && !PyTraceBack_Check(trace))
        PyErr_SetString(PyExc_TypeError, "throw() third argument must be a traceback object");
    else if (PyExceptionClass_Check(type))
        PyErr_Restore(Py_NewRef(type), Py_XNewRef(value), Py_XNewRef(trace));
    else if (PyExceptionInstance_Check(type))
        PyErr_Restore(Py_NewRef(PyExceptionInstance_Class(type)), Py_NewRef(type),
                      trace == NULL ? PyException_GetTraceback(type) : Py_NewRef(trace));
    else
        PyErr_Format(PyExc_TypeError, "exceptions must be classes or instances deriving from BaseException, not %s",
                     Py_TYPE(type)->tp_name);
}

/* The attribute *name* of *object*; NULL without an exception where it has none. */
static PyObject *attribute(PyObject *object, PyObject *name)
{
    PyObject *found = PyObject_GetAttr(object, name);
    if (found == NULL && PyErr_ExceptionMatches(PyExc_AttributeError))
        PyErr_Clear();
    return found;
}

static PyObject *last_throw(PyObject *object, PyObject *args)
{
    Last *self = (Last *)object;
    PyObject *sending = sending_of(self), *result = NULL;
    if (sending == NULL)
        return NULL;
    PyObject *throw = attribute(sending, name_throw);
    PySendResult state = PYGEN_ERROR;
    self->has_begun = self->is_running = 1;
    if (throw != NULL)
        result = PyObject_Call(throw, args, NULL);
    else if (!PyErr_Occurred())
        raised(args); /* where it is awaited, for what is no generator need not know of it */
    if (result != NULL)
        state = PYGEN_NEXT;
    else if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyObject *type, *stop, *trace;
        PyErr_Fetch(&type, &stop, &trace);
        PyErr_NormalizeException(&type, &stop, &trace);
        result = Py_NewRef(PyObject_TypeCheck(stop, (PyTypeObject *)PyExc_StopIteration) ? ((PyStopIterationObject *)stop)->value : Py_None);
        Py_XDECREF(type);
        Py_XDECREF(stop);
        Py_XDECREF(trace);
        state = PYGEN_RETURN;
    }
    state = stepped(self, state, &result);
    Py_XDECREF(throw);
    Py_DECREF(sending);
    return told(state, result);
}

static PyObject *last_close(PyObject *object, PyObject *none)
{
    Last *self = (Last *)object;
    if (self->sending == NULL && !self->is_running)
        Py_RETURN_NONE;
    PyObject *sending = sending_of(self), *close = sending == NULL ? NULL : attribute(sending, name_close), *done = NULL;
    if (sending != NULL && !PyErr_Occurred()) {
        let_go(self);
        self->is_suspended = 0;
        done = close == NULL ? Py_NewRef(Py_None) : PyObject_CallNoArgs(close);
    }
    Py_XDECREF(sending);
    Py_XDECREF(close);
    Py_XDECREF(done);
    return done == NULL ? NULL : Py_NewRef(Py_None);
}

static PyObject *last_await(PyObject *self)
{
    if (!((Last *)self)->is_suspended)
        return Py_NewRef(self);
    PyErr_SetString(PyExc_RuntimeError, "coroutine is being awaited already");
    return NULL;
}

/* The frame that sends, where there is one; None when it is over. */
static PyObject *frame_of(Last *self, void *name)
{
    PyObject *frame = self->sending == NULL ? NULL : attribute(self->sending, name_cr_frame);
    return frame != NULL || PyErr_Occurred() ? frame : Py_NewRef(Py_None);
}

static int visit(Last *self, visitproc visit, void *arg)
{
    Py_VISIT(self->sending);
    Py_VISIT(self->request);
    return 0;
}

static void release(Last *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->sending);
    Py_CLEAR(self->request);
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef last_methods[] = {
    {"send", last_send_method, METH_O, "As a coroutine's."},
    {"throw", last_throw, METH_VARARGS, "As a coroutine's."},
    {"close", last_close, METH_NOARGS, "As a coroutine's."},
    {NULL},
};

/* What inspect.getcoroutinestate() asks, as anyio does of its tasks. */
static PyMemberDef last_members[] = {
    {"cr_running", T_BOOL, offsetof(Last, is_running), READONLY, "As a coroutine's."},
    {"cr_suspended", T_BOOL, offsetof(Last, is_suspended), READONLY, "As a coroutine's."},
    {NULL},
};

static PyGetSetDef last_frame[] = {
    {"cr_frame", (getter)frame_of, NULL, "As a coroutine's.", NULL},
    {NULL},
};

static PyAsyncMethods last_async = {.am_await = last_await, .am_send = last_send};

/* It has all that a coroutine has, for whoever makes a task of it. */
PyTypeObject LastType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "logcorr.native._core.Last",
    .tp_doc = "What a message of an answer is awaited by.",
    .tp_basicsize = sizeof(Last),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = (destructor)release,
    .tp_traverse = (traverseproc)visit,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = last_next,
    .tp_as_async = &last_async,
    .tp_methods = last_methods,
    .tp_members = last_members,
    .tp_getset = last_frame,
};

/* Whether *object* is a generator that may be awaited: types.coroutine() has made it. */
static int is_coroutine(PyObject *object)
{
    if (!PyGen_CheckExact(object))
        return 0;
    PyObject *code = PyObject_GetAttrString(object, "gi_code");
    int is_one = code != NULL && PyCode_Check(code) && ((PyCodeObject *)code)->co_flags & CO_ITERABLE_COROUTINE;
    Py_XDECREF(code);
    PyErr_Clear();
    return is_one;
}

/* What is awaited of *awaitable*: a coroutine is that itself. It takes it. */
static PyObject *awaited(PyObject *awaitable)
{
    if (PyCoro_CheckExact(awaitable) || Py_IS_TYPE(awaitable, &LastType) || is_coroutine(awaitable))
        return awaitable;
    PyObject *iterator = NULL;
    PyAsyncMethods *methods = Py_TYPE(awaitable)->tp_as_async;
    if (methods != NULL && methods->am_await != NULL)
        iterator = methods->am_await(awaitable);
    else
        PyErr_Format(PyExc_TypeError, "object %.100s can't be used in 'await' expression", Py_TYPE(awaitable)->tp_name);
    if (iterator != NULL && !PyIter_Check(iterator)) {
        PyErr_Format(PyExc_TypeError, "__await__() returned non-iterator of type '%.100s'", Py_TYPE(iterator)->tp_name);
        Py_CLEAR(iterator);
    }
    Py_DECREF(awaitable);
    return iterator;
}

/* What *awaitable* is awaited by, which it takes: itself, where it is a coroutine and not the last of the answer to *request*. */
PyObject *last(PyObject *awaitable, PyObject *request)
{
    if (awaitable == NULL || (request == NULL && (PyCoro_CheckExact(awaitable) || Py_IS_TYPE(awaitable, &LastType))))
        return awaitable;
    PyObject *sending = awaited(awaitable);
    Last *self = sending == NULL ? NULL : (Last *)LastType.tp_alloc(&LastType, 0);
    if (self == NULL) {
        Py_XDECREF(sending);
        return NULL;
    }
    self->sending = sending;
    self->request = Py_XNewRef(request);
    return (PyObject *)self;
}
