/* The access record of a request that has not failed. */

#include "native.h"
#include <string.h>

#define INFO 20
#define ERROR 40

/* What stands for Request.finish is given: the logger of access records, the standard library's class of loggers, and route_of. */
enum { LOGGER, LOGGERS, ROUTE_OF };

/* Whether the *route* in *scope* knows its path itself. FastAPI leaves that of an included router as that router knows it. */
static int is_whole(PyObject *scope, PyObject *route)
{
    PyObject *included = PyDict_GetItemWithError(scope, name_fastapi), *effective, *original;
    if (included == NULL)
        return !PyErr_Occurred();
    if (!PyDict_CheckExact(included))
        return 0;
    if ((effective = PyDict_GetItemWithError(included, name_effective_route_context)) == NULL || effective == Py_None)
        return !PyErr_Occurred();
    Py_INCREF(effective);
    original = PyObject_GetAttr(effective, name_original_route);
    Py_DECREF(effective);
    Py_XDECREF(original);
    return original != NULL && original != route;
}

/* The template of the route that took the request of *scope*, a new reference; None where there is none. */
static PyObject *route_in(PyObject *method, PyObject *scope)
{
    PyObject *route = PyDict_GetItemWithError(scope, name_route), *prefix = PyDict_GetItemWithError(scope, name_root_path);
    if (PyErr_Occurred())
        return NULL;
    int is_usual = route != NULL && is_whole(scope, route) &&
                   (prefix == NULL || (PyUnicode_CheckExact(prefix) && PyUnicode_GET_LENGTH(prefix) == 0)) && !PyErr_Occurred();
    PyObject *path = NULL;
    if (is_usual) {
        Py_INCREF(route);
        PyObject *endpoint = PyObject_GetAttr(route, name_endpoint); /* which a mount has not */
        path = endpoint == NULL ? NULL : PyObject_GetAttr(route, name_path);
        Py_XDECREF(endpoint);
        Py_DECREF(route);
    }
    if (IS_TEXT(path))
        return path;
    Py_XDECREF(path);
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_Exception))
        return NULL;
    PyErr_Clear();
    if (PyDict_GetItemWithError(scope, name_route) == NULL && !PyDict_Contains(scope, name_path_template))
        Py_RETURN_NONE;
    return PyObject_CallOneArg(HELD(method, ROUTE_OF), scope);
}

/* The span of *request* for its record, as Work.described. */
static PyObject *described(PyObject *request)
{
    PyObject *span = Py_NewRef(GET(request, Work_span)), *above = PyObject_GetAttr(span, name_parent), *parent = NULL, *described = NULL;
    PyObject *name = GET(request, Work_name), *kind = GET(request, Work_kind);
    /* A span of ours that has none above it is a root; another's may be one that does not tell. */
    int is_root = above == Py_None && Py_IS_TYPE(span, (PyTypeObject *)the_LocalSpan);
    Py_DECREF(span);
    if (above == NULL && !PyErr_ExceptionMatches(PyExc_Exception))
        return NULL;
    if (above == NULL)
        PyErr_Clear();
    else if (IS_TEXT(name) && kind != NULL && PyUnicode_IS_ASCII(name) && PyUnicode_GET_LENGTH(name) <= whole(the_most_name_chars) &&
             (is_root || (parent = span_id_of(above)) != NULL) && (described = PyDict_New()) != NULL &&
             (PyDict_SetItem(described, name_name, name) < 0 || PyDict_SetItem(described, name_kind, kind) < 0 ||
              (parent != NULL && PyDict_SetItem(described, name_parent_span_id, parent) < 0)))
        Py_CLEAR(described);
    Py_XDECREF(above);
    Py_XDECREF(parent);
    return described != NULL || PyErr_Occurred() ? described : PyObject_CallMethodNoArgs(request, name_described);
}

/* How long *request* took, as the metrics of its record. */
static PyObject *measured(PyObject *request)
{
    PyObject *taken = Py_XNewRef(GET(request, Request_answered_ms)), *metrics = PyDict_New();
    if (!is_a(taken, &PyFloat_Type) || PyFloat_AS_DOUBLE(taken) == 0)
        Py_XSETREF(taken, PyObject_CallMethodNoArgs(request, name_duration_ms));
    if (taken == NULL || metrics == NULL || PyDict_SetItem(metrics, name_durationMs, taken) < 0)
        Py_CLEAR(metrics);
    Py_XDECREF(taken);
    return metrics;
}

/* Set a member of *fields* to a *value*, which it takes; -1 with an exception. */
static int set(PyObject *fields, PyObject *name, PyObject *value)
{
    int is_set = value == NULL ? -1 : PyDict_SetItem(fields, name, value);
    Py_XDECREF(value);
    return is_set;
}

/* Whether *scope* tells of a *client*, whose host is a new reference; -1 with an exception. */
static int with_client(PyObject *scope, PyObject **client)
{
    PyObject *found = PyDict_GetItemWithError(scope, name_client), *first = NULL;
    if (found == NULL)
        return PyErr_Occurred() ? -1 : 0;
    Py_INCREF(found);
    int is_told = PyObject_IsTrue(found);
    if (is_told > 0 && ((first = PyLong_FromLong(0)) == NULL || (*client = PyObject_GetItem(found, first)) == NULL))
        is_told = -1;
    Py_XDECREF(first);
    Py_DECREF(found);
    return is_told;
}

/* The fields of the access record of *request*, in the order of access_record.write. */
static PyObject *fields_of(PyObject *request, PyObject *route, PyObject *path, PyObject *suppressed)
{
    PyObject *fields = PyDict_New(), *client = NULL, *claimed = GET(request, Request_claimed);
    int has_route = PyObject_IsTrue(route), is_suppressed = PyObject_IsTrue(suppressed), has_client = -1;
    if (fields == NULL || has_route < 0 || is_suppressed < 0 || set(fields, name_span, described(request)) < 0 ||
        (has_client = with_client(GET(request, Request_scope), &client)) < 0 ||
        PyDict_SetItem(fields, name_method, GET(request, Request_method)) < 0 ||
        (has_route && PyDict_SetItem(fields, name_route, route) < 0) || PyDict_SetItem(fields, name_path, path) < 0 ||
        PyDict_SetItem(fields, name_status, GET(request, Request_status)) < 0 ||
        (GET(request, Request_by_file) == Py_False && PyDict_SetItem(fields, name_bytes, GET(request, Request_bytes)) < 0) ||
        (has_client && PyDict_SetItem(fields, name_client, client) < 0) ||
        (PyUnicode_GET_LENGTH(claimed) && PyDict_SetItem(fields, name_client_request_id, claimed) < 0) ||
        (is_suppressed && PyDict_SetItem(fields, name_suppressed, suppressed) < 0) ||
        set(fields, name_metrics, measured(request)) < 0)
        Py_CLEAR(fields);
    Py_XDECREF(client);
    return fields;
}

/* Make a record by *logger*; -1 with an exception. */
static int log_with(PyObject *logger, long level, PyObject *message, PyObject *fields)
{
    static PyObject *nothing, *names;
    if ((nothing == NULL && (nothing = PyTuple_New(0)) == NULL) || (names == NULL && (names = PyTuple_Pack(1, name_extra)) == NULL))
        return -1;
    PyObject *number = PyLong_FromLong(level), *done = NULL;
    PyObject *is_enabled = number == NULL ? NULL : PyObject_CallMethodOneArg(logger, name_isEnabledFor, number);
    int enabled = is_enabled == NULL ? -1 : PyObject_IsTrue(is_enabled);
    if (enabled > 0) {
        PyObject *args[] = {logger, number, message, nothing, fields};
        done = PyObject_VectorcallMethod(name__log, args, 4, names);
        enabled = done == NULL ? -1 : 0;
    }
    Py_XDECREF(number);
    Py_XDECREF(is_enabled);
    Py_XDECREF(done);
    return enabled;
}

/* Write the access record of *request*, unless its options exclude it; -1 with an exception. */
static int written(PyObject *method, PyObject *request, PyObject *route)
{
    PyObject *scope = GET(request, Request_scope), *path = PyDict_GetItemWithError(scope, name_path), *suppressed = NULL;
    PyObject *exclusion = GET(GET(request, Request_options), Options_exclusion), *status = GET(request, Request_status);
    PyObject *message = NULL, *fields = NULL;
    if (path == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetObject(PyExc_KeyError, name_path);
        return -1;
    }
    Py_INCREF(path);
    if (exclusion == Py_None)
        suppressed = Py_NewRef(Py_False);
    else {
        PyObject *is_excluded = PyObject_CallMethodObjArgs(exclusion, name_suppresses, scope, status, NULL);
        int excluded = is_excluded == NULL ? -1 : PyObject_IsTrue(is_excluded);
        Py_XDECREF(is_excluded);
        if (excluded) {
            Py_DECREF(path);
            return excluded < 0 ? -1 : 0;
        }
        suppressed = PyObject_CallMethodOneArg(exclusion, name_take, scope);
    }
    int is_written = -1;
    long long code = whole(status);
    if (suppressed != NULL && (fields = fields_of(request, route, path, suppressed)) != NULL &&
        (message = PyUnicode_FromFormat("%U %lld", GET(request, Work_name), code)) != NULL)
        is_written = log_with(HELD(method, LOGGER), code >= 500 && code < 600 ? ERROR : INFO, message, fields);
    Py_DECREF(path);
    Py_XDECREF(suppressed);
    Py_XDECREF(fields);
    Py_XDECREF(message);
    return is_written;
}

/* Whether *object* is a request with all that is read here, of the types that are usual. */
static int is_request(PyObject *object)
{
    static const int read[] = {Work_kind, Work_span, Request_access_log, Request_bytes, Request_by_file, Request_answered_ms};
    if (!IS(object, Request_scope) || whole(GET(object, Request_status)) <= 0 || GET(object, Work_adopts) != Py_False ||
        the_most_name_chars == NULL || !IS_DICT(GET(object, Request_scope)) || !IS(GET(object, Request_options), Options_exclusion) ||
        GET(GET(object, Request_options), Options_exclusion) == NULL || !IS_TEXT(GET(object, Request_method)) ||
        !IS_TEXT(GET(object, Work_name)) || !IS_TEXT(GET(object, Request_claimed)))
        return 0;
    for (size_t at = 0; at < sizeof read / sizeof *read; at++)
        if (GET(object, read[at]) == NULL)
            return 0;
    return 1;
}

/* Request.finish(self, error) of a request that has not failed. */
PyObject *usual_finish(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    PyObject *request = PyVectorcall_NARGS(flagged) ? args[0] : NULL;
    if (!is_on || names != NULL || PyVectorcall_NARGS(flagged) != 2 || args[1] != Py_None || !is_request(request) ||
        !Py_IS_TYPE(HELD(method, LOGGER), (PyTypeObject *)HELD(method, LOGGERS)))
        return otherwise(method, args, flagged, names);
    int is_told = 0;
    if (!Py_IS_TYPE(GET(request, Work_span), (PyTypeObject *)the_LocalSpan)) {
        PyObject *span = Py_NewRef(GET(request, Work_span)), *recording = PyObject_CallMethodNoArgs(span, name_is_recording);
        Py_DECREF(span);
        is_told = recording == NULL ? -1 : PyObject_IsTrue(recording);
        Py_XDECREF(recording);
        if (is_told < 0)
            return NULL;
    }
    int has_record = GET(request, Request_access_log) == Py_True;
    if (!is_told && !has_record)
        Py_RETURN_NONE;
    PyObject *route = route_in(method, GET(request, Request_scope)), *done = NULL;
    if (route == NULL)
        return NULL;
    int has_route = IS_TEXT(route) ? PyUnicode_GET_LENGTH(route) > 0 : PyObject_IsTrue(route);
    if (has_route < 0)
        goto end;
    if (has_route) {
        PyObject *name = PyUnicode_FromFormat("%U %S", GET(request, Request_method), route);
        if (name == NULL)
            goto end;
        put(request, Work_name, name);
    }
    if (is_told) {
        PyObject *told = PyObject_CallMethodOneArg(request, name__describe_span, route);
        if (told == NULL)
            goto end;
        Py_DECREF(told);
    }
    if (!has_record || written(method, request, route) == 0)
        done = Py_NewRef(Py_None);
end:
    Py_DECREF(route);
    return done;
}
