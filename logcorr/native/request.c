/* A request, from its headers to its end. */

#include "native.h"
#include <string.h>

/* Of a name that a client gives itself. */
#define MOST_IDENTIFIER 128

/* Whether *text* is an identifier, as identity._is_identifier says. */
static int is_identifier(PyObject *text)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (!PyUnicode_IS_COMPACT_ASCII(text) || length == 0 || length > MOST_IDENTIFIER)
        return 0;
    const char *chars = PyUnicode_DATA(text);
    for (Py_ssize_t at = 0; at < length; at++)
        if (!Py_ISALNUM(chars[at]) && (at == 0 || chars[at] == 0 || strchr("._:@/+=-", chars[at]) == NULL))
            return 0;
    return 1;
}

/* The one value of a header that was *found*, borrowed; nothing where it was not sent, NULL where it was sent twice. */
static PyObject *only(PyObject *found, PyObject *header)
{
    PyObject *values = PyDict_GetItemWithError(found, header);
    if (values == NULL)
        return PyErr_Occurred() ? NULL : name_empty;
    return PyList_GET_SIZE(values) == 1 ? PyList_GET_ITEM(values, 0) : NULL;
}

/* Whether *header* was *found*, and is none that *formats* read as well: somebody may take the id of a trace for a request's. */
static int counts_alone(PyObject *formats, PyObject *found, PyObject *header)
{
    if (PyDict_Contains(found, header) != 1)
        return 0;
    PyObject *wanted = GET(formats, Propagation__wanted), *spelt = IS(wanted, Wanted_text) ? GET(wanted, Wanted_text) : NULL;
    return IS(spelt, Spelt_known) && IS_DICT(GET(spelt, Spelt_known)) && PyDict_Contains(GET(spelt, Spelt_known), header) == 0;
}

/* What brought nothing but *span*. */
static PyObject *extracted(PyObject *span)
{
    PyObject *fields = PyDict_New(), *brought = fields == NULL ? NULL : fresh(classes[Extracted_fields]);
    if (brought != NULL && PyDict_SetItem(brought, the_span_key, span) == 0)
        GET(brought, Extracted_fields) = Py_NewRef(fields);
    else
        Py_CLEAR(brought);
    Py_XDECREF(fields);
    return brought;
}

/* Where a request with these headers comes from, as Propagation.brought_by: a new reference, None where that is nowhere. */
static PyObject *origin_of(PyObject *formats, PyObject *found, PyObject *options)
{
    PyObject *request_id_header = GET(options, Options_request_id_header), *tenant_header = GET(options, Options_tenant_header);
    Py_ssize_t others = PyDict_GET_SIZE(found) - counts_alone(formats, found, request_id_header);
    if (PyUnicode_Compare(request_id_header, tenant_header))
        others -= counts_alone(formats, found, tenant_header);
    if (others == 0)
        return Py_NewRef(Py_None);
    PyObject *parent = others == 1 ? PyDict_GetItemWithError(found, name_traceparent) : NULL, *span = NULL, *brought = NULL;
    if (parent != NULL && PyList_GET_SIZE(parent) == 1 && (span = remote_span(PyList_GET_ITEM(parent, 0), the_no_state)) != NULL) {
        brought = extracted(span);
        Py_DECREF(span);
        return brought;
    }
    if (PyErr_Occurred() || (brought = PyObject_CallMethodOneArg(formats, name_brought_by, found)) == NULL)
        return NULL;
    if (PyDict_Check(brought) && PyDict_GET_SIZE(brought) == 0)
        Py_SETREF(brought, Py_NewRef(Py_None));
    return brought;
}

/* What *request* binds: its own fields, and those that came with *parent*. */
static PyObject *fields_of(PyObject *request_id, PyObject *tenant, PyObject *parent)
{
    PyObject *fields = parent == Py_None ? PyDict_New() : PyDict_Copy(GET(parent, Extracted_fields));
    if (fields != NULL && (PyDict_SetItem(fields, name_requestId, request_id) < 0 ||
                           (tenant != Py_None && PyDict_SetItem(fields, name_tenantId, tenant) < 0)))
        Py_CLEAR(fields);
    return fields;
}

/* Whether a request of *scope* is one that nothing in the caller's context has to do with. */
static int stands_alone(void)
{
    PyObject *before = NULL, *context = NULL;
    int is_so = the_serving != NULL && the_context != NULL && PyContextVar_Get(the_serving, NULL, &before) == 0 &&
                before == Py_None && PyContextVar_Get(the_context, NULL, &context) == 0 && context != NULL &&
                PyDict_Check(context) && PyDict_GET_SIZE(context) == 0;
    Py_XDECREF(before);
    Py_XDECREF(context);
    return is_so;
}

/* The headers of *scope* that *options* ask for, and in *formats* what reads the ids among them: new references. */
static PyObject *asked_of(PyObject *options, PyObject *scope, PyObject **formats)
{
    PyObject *asked = GET(options, Options_asked);
    if (!IS(asked, Asked__wanted) || (*formats = PyObject_CallNoArgs(the_propagation)) == NULL ||
        !IS(*formats, Propagation_reads_parent) || GET(*formats, Propagation_reads_parent) != Py_True)
        return NULL;
    PyObject *headers = PyDict_GetItemWithError(scope, name_headers), *wanted = GET(asked, Asked__wanted), *found = NULL;
    if (is_a(headers, &PyList_Type) && is_a(wanted, &PyTuple_Type) && PyTuple_GET_SIZE(wanted) == 2 &&
        PyTuple_GET_ITEM(wanted, 0) == *formats) {
        Py_INCREF(wanted); /* which another thread may replace */
        found = headers_in(headers, PyTuple_GET_ITEM(wanted, 1));
        Py_DECREF(wanted);
    }
    return found;
}

/* Fill *request* of *scope* with what its headers say. 1 where that is done, 0 where it is not usual, -1 with an exception. */
static int received(PyObject *request, PyObject *options, PyObject *scope, PyObject *receive, PyObject *send)
{
    PyObject *formats = NULL, *found = NULL, *parent = NULL, *fields = NULL, *name = NULL, *around = NULL, *started = NULL;
    PyObject *request_id = NULL, *tenant = NULL;
    PyObject *method = PyDict_GetItemWithError(scope, name_method), *path = PyDict_GetItemWithError(scope, name_path);
    int in_framework = PyDict_Contains(scope, name_app), is_done = 0;
    Py_XINCREF(method);
    Py_XINCREF(path);
    if (!IS_TEXT(method) || !IS_TEXT(path) || in_framework < 0 || !IS_TEXT(GET(options, Options_request_id_header)) ||
        !IS_TEXT(GET(options, Options_tenant_header)) || !is_a(GET(options, Options_access_log), &PyBool_Type) ||
        GET(options, Options_trusts) != Py_None || GET(options, Options_request_id_of) != Py_None ||
        GET(options, Options_tenant_of) != Py_None || !stands_alone() ||
        (found = asked_of(options, scope, &formats)) == NULL)
        goto end;
    PyObject *named = only(found, GET(options, Options_request_id_header)), *sent = only(found, GET(options, Options_tenant_header));
    if (named == NULL || sent == NULL || (PyUnicode_GET_LENGTH(named) && !is_identifier(named)))
        goto end;
    tenant = Py_NewRef(is_identifier(sent) ? sent : Py_None);
    request_id = PyUnicode_GET_LENGTH(named) ? Py_NewRef(named) : random_text();
    if (request_id != NULL && (parent = origin_of(formats, found, options)) != NULL &&
        (parent == Py_None || IS(parent, Extracted_fields)) && (fields = fields_of(request_id, tenant, parent)) != NULL &&
        (name = PyUnicode_FromFormat("%U %U", method, path)) != NULL && (started = PyObject_CallNoArgs(the_clock)) != NULL &&
        (around = PyContext_CopyCurrent()) != NULL && PyDict_SetItem(scope, the_seen, Py_True) == 0) {
        static PyObject *zero, *no_time;
        if ((zero == NULL && (zero = PyLong_FromLong(0)) == NULL) || (no_time == NULL && (no_time = PyFloat_FromDouble(0)) == NULL))
            goto end;
#define SET(slot, value) put(request, slot, Py_NewRef(value))
        SET(Work_name, name);
        SET(Work_kind, name_server);
        SET(Work_adopts, Py_False);
        SET(Work_detached, Py_False);
        SET(Work_span, the_no_span);
        SET(Work_ids, the_no_ids);
        SET(Work__parent, parent);
        SET(Work__base, the_no_context);
        SET(Work__fields, fields);
        SET(Work__tokens, Py_None);
        SET(Work__started_ns, started);
        SET(Request__distrusted, Py_None);
        SET(Request__receive, receive);
        SET(Request__send, send);
        SET(Request__tenant, tenant);
        SET(Request_access_log, GET(options, Options_access_log));
        SET(Request_answered_ms, no_time);
        SET(Request_around, around);
        SET(Request_by_file, Py_False);
        SET(Request_bytes, zero);
        SET(Request_claimed, name_empty);
        SET(Request_in_framework, in_framework ? Py_True : Py_False);
        SET(Request_line_dropped, Py_False);
        SET(Request_method, method);
        SET(Request_options, options);
        SET(Request_over, Py_False);
        SET(Request_request_id, request_id);
        SET(Request_scope, scope);
        SET(Request_started, Py_False);
        SET(Request_status, zero);
        is_done = 1;
    }
end:
    Py_XDECREF(method);
    Py_XDECREF(path);
    Py_XDECREF(formats);
    Py_XDECREF(found);
    Py_XDECREF(parent);
    Py_XDECREF(fields);
    Py_XDECREF(name);
    Py_XDECREF(around);
    Py_XDECREF(started);
    Py_XDECREF(request_id);
    Py_XDECREF(tenant);
    return is_done;
}

/* Request.__init__(self, options, scope, receive, send) */
PyObject *usual_request_init(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    if (is_on && names == NULL && PyVectorcall_NARGS(flagged) == 5 && IS(args[0], Request_scope) && IS(args[1], Options_asked) &&
        PyDict_CheckExact(args[2]) && the_clock != NULL && received(args[0], args[1], args[2], args[3], args[4]))
        Py_RETURN_NONE;
    return otherwise(method, args, flagged, names);
}

/* Request.begin(self) */
PyObject *usual_request_begin(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    if (!is_on || names != NULL || PyVectorcall_NARGS(flagged) != 1 || !IS(args[0], Request_scope) ||
        GET(args[0], Work_detached) != Py_False)
        return otherwise(method, args, flagged, names);
    int is_begun = begun(args[0]);
    if (is_begun == 0)
        return otherwise(method, args, flagged, names);
    if (is_begun < 0 || (GET(args[0], Request_access_log) == Py_True && PySet_Add(the_open, args[0]) < 0))
        return NULL;
    PyObject *token = PyContextVar_Set(the_serving, args[0]);
    if (token == NULL)
        return NULL;
    put(args[0], Request__served, token);
    Py_RETURN_NONE;
}

/* What server_lines.end does for *request*, which has not failed; -1 with an exception. */
static int served(PyObject *request)
{
    PyObject *token = GET(request, Request__served);
    if (token == NULL) {
        PyErr_SetString(PyExc_AttributeError, "a request that is served has a token");
        return -1;
    }
    if (PySet_Discard(the_open, request) < 0)
        return -1;
    if (PyContextVar_Reset(the_serving, token) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError))
            return -1;
        PyErr_Clear(); /* it is closed from another context, where no server tells of it */
        return 0;
    }
    if (GET(request, Request_access_log) != Py_True || GET(request, Request_line_dropped) != Py_False)
        return 0;
    token = PyContextVar_Set(the_line_to_come, Py_True);
    Py_XDECREF(token);
    return token == NULL ? -1 : 0;
}

/* Request.end(self, error) of a request that has not failed. */
PyObject *usual_request_end(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    PyObject *request = PyVectorcall_NARGS(flagged) ? args[0] : NULL, *type = NULL, *error = NULL, *trace = NULL;
    if (names != NULL || PyVectorcall_NARGS(flagged) != 2 || args[1] != Py_None || !IS(request, Request_scope) || !ends_here(request) ||
        GET(request, Request__served) == NULL || whole(GET(request, Request_status)) <= 0 ||
        GET(request, Request_over) != Py_True) /* the server complains of an answer that is not complete */
        return otherwise(method, args, flagged, names);
    if (GET(request, Request_access_log) == Py_True || !is_a(GET(request, Work_span), (PyTypeObject *)the_LocalSpan)) {
        PyObject *done = PyObject_CallMethodOneArg(request, name_finish, Py_None);
        if (done == NULL)
            PyErr_Fetch(&type, &error, &trace); /* and all of the rest is done all the same */
        Py_XDECREF(done);
    }
    for (int step = 0; step < 2; step++)
        if ((step ? served(request) : ended(request)) < 0) {
            Py_CLEAR(type); /* the last problem is told, as Python does */
            Py_CLEAR(error);
            Py_CLEAR(trace);
            PyErr_Fetch(&type, &error, &trace);
        }
    if (type == NULL)
        Py_RETURN_NONE;
    PyErr_Restore(type, error, trace);
    return NULL;
}
