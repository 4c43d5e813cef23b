/* Work: what a unit of work is from its beginning to its end. */

#include "native.h"

/* Whether *work* is one whose slots are known, and all of them set. */
static int is_work(PyObject *work)
{
    return classes[Work_name] != NULL && PyObject_TypeCheck(work, classes[Work_name]) && GET(work, Work__started_ns) != NULL;
}

/* What work with no parent of its own is below: OpenTelemetry's current context; NULL where what is *around* has ended. */
static PyObject *current_base(PyObject *around)
{
    PyObject *unit = GET(around, Scope_shared) == Py_True ? around : GET(around, Scope_unit), *context = NULL;
    if (unit != Py_None && (!IS(unit, Scope_unit) || GET(unit, Scope_ended) != Py_False)) /* NULL, too */
        return NULL;
    return PyContextVar_Get(the_context, NULL, &context) < 0 ? NULL : context;
}

/* The span of *work*, below the one in *base*; a subclass may open it in a way of its own. */
static PyObject *span_of(PyObject *work, PyObject *base)
{
    PyObject *way = PyObject_GetAttr((PyObject *)Py_TYPE(work), name__opened), *span = NULL;
    if (way == the_opened)
        span = local_span(base);
    if (way != NULL && span == NULL && !PyErr_Occurred())
        span = PyObject_CallMethodOneArg(work, name__opened, base); /* in whatever way that is bound */
    Py_XDECREF(way);
    return span;
}

/* *base* with *span* in it. */
static PyObject *context_with(PyObject *base, PyObject *span)
{
    PyObject *context = fresh((PyTypeObject *)the_Context);
    if (context != NULL && (PyDict_Update(context, base) < 0 || PyDict_SetItem(context, the_span_key, span) < 0))
        Py_CLEAR(context);
    return context;
}

/* Begin *work*, where no other span is taken for it and nothing around it has ended. 1 where it has begun, 0 where it is not
   usual, -1 with an exception. */
int begun(PyObject *work)
{
    PyObject *around = NULL, *bound = NULL, *base = NULL;
    if (!is_on || !is_work(work) || the_scope == NULL || the_clock == NULL || the_SpanContext == NULL ||
        GET(work, Work_adopts) != Py_False || !IS_DICT(GET(work, Work__fields)) || GET(work, Work__parent) == NULL ||
        GET(work, Work_name) == NULL || GET(work, Work_kind) == NULL)
        return 0;
    int is_usual = PyContextVar_Get(the_scope, NULL, &around) == 0 && around != NULL && IS(around, Scope_unit) &&
                   (bound = fields_in(around)) != NULL && PyDict_CheckExact(bound) && !PyDict_Contains(bound, name_context_stale);
    Py_XDECREF(bound);
    if (is_usual) {
        PyObject *parent = GET(work, Work__parent);
        base = parent == Py_None ? current_base(around) : Py_NewRef(parent);
    }
    if (base == NULL || !PyDict_Check(base)) {
        Py_XDECREF(base);
        Py_XDECREF(around);
        return 0;
    }
    put(work, Work__base, Py_NewRef(base));
    PyObject *started = NULL, *span = NULL, *ids = NULL, *fields = NULL, *scope = NULL, *context = NULL, *tokens = NULL;
    if ((started = PyObject_CallNoArgs(the_clock)) != NULL && (span = span_of(work, base)) != NULL && (ids = ids_of(span)) != NULL &&
        (fields = PyDict_Copy(GET(work, Work__fields))) != NULL &&
        (scope = unit_scope(fields, ids, GET(work, Work_detached) == Py_False ? around : Py_None)) != NULL &&
        (context = context_with(base, span)) != NULL && (tokens = PyTuple_New(2)) != NULL) {
        PyTuple_SET_ITEM(tokens, 0, PyContextVar_Set(the_context, context));
        PyTuple_SET_ITEM(tokens, 1, PyTuple_GET_ITEM(tokens, 0) == NULL ? NULL : PyContextVar_Set(the_scope, scope));
    }
    is_usual = tokens != NULL && PyTuple_GET_ITEM(tokens, 1) != NULL;
    if (is_usual) {
        put(work, Work__started_ns, Py_NewRef(started));
        put(work, Work_span, Py_NewRef(span));
        put(work, Work_ids, Py_NewRef(ids));
        put(work, Work__scope, Py_NewRef(scope));
        put(work, Work__tokens, Py_NewRef(tokens));
    }
    Py_XDECREF(started);
    Py_XDECREF(span);
    Py_XDECREF(ids);
    Py_XDECREF(fields);
    Py_XDECREF(scope);
    Py_XDECREF(context);
    Py_XDECREF(tokens);
    Py_DECREF(base);
    Py_DECREF(around);
    return is_usual ? 1 : -1;
}

/* Work.begin(self) */
PyObject *usual_begin(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    int is_begun = names == NULL && PyVectorcall_NARGS(flagged) == 1 ? begun(args[0]) : 0;
    if (is_begun == 0)
        return otherwise(method, args, flagged, names);
    return is_begun < 0 ? NULL : Py_NewRef(Py_None);
}

/* End what was set in *variable* under *token*; from another context (a generator's clean-up) that does nothing. */
static int reset(PyObject *variable, PyObject *token)
{
    if (PyContextVar_Reset(variable, token) == 0)
        return 0;
    if (!PyErr_ExceptionMatches(PyExc_ValueError))
        return -1;
    PyErr_Clear();
    return 0;
}

/* Whether the end of *work*, had it not failed, is done here. */
int ends_here(PyObject *work)
{
    return is_on && is_work(work) && the_scope != NULL && GET(work, Work_adopts) == Py_False && GET(work, Work_span) != NULL &&
           GET(work, Work__tokens) != NULL;
}

/* End *work*, which has not failed; -1 with an exception. */
int ended(PyObject *work)
{
    PyObject *span = Py_XNewRef(GET(work, Work_span));
    if (!is_a(span, (PyTypeObject *)the_LocalSpan)) {
        PyObject *done = span == NULL ? NULL : PyObject_CallMethodNoArgs(span, name_end);
        Py_XDECREF(span);
        if (done == NULL)
            return -1;
        Py_DECREF(done);
    }
    else
        Py_DECREF(span);
    PyObject *tokens = Py_XNewRef(GET(work, Work__tokens)), *scope = Py_XNewRef(GET(work, Work__scope));
    int is_over = 0;
    if (tokens != Py_None) {
        if (!is_a(tokens, &PyTuple_Type) || PyTuple_GET_SIZE(tokens) != 2 || scope == NULL) {
            PyErr_SetString(PyExc_AttributeError, "work that has begun has tokens and a scope");
            is_over = 1;
        }
        else {
            put(work, Work__tokens, Py_NewRef(Py_None));
            is_over = end_scope(scope) < 0 || reset(the_scope, PyTuple_GET_ITEM(tokens, 1)) < 0 ||
                      reset(the_context, PyTuple_GET_ITEM(tokens, 0)) < 0;
        }
    }
    Py_XDECREF(scope);
    Py_XDECREF(tokens);
    return is_over ? -1 : 0;
}

/* Work.end(self, error) */
PyObject *usual_end(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    if (names != NULL || PyVectorcall_NARGS(flagged) != 2 || args[1] != Py_None || !ends_here(args[0]))
        return otherwise(method, args, flagged, names);
    return ended(args[0]) < 0 ? NULL : Py_NewRef(Py_None);
}
