/* The answer to a request: its messages, and the headers with the ids. */

#include "native.h"

/* Whether none of *headers*, a list, may be one of those that *answered* adds. */
static int are_others(PyObject *answered, PyObject *headers)
{
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(headers); at++) {
        PyObject *pair = PyList_GET_ITEM(headers, at);
        if (!PyTuple_CheckExact(pair) || PyTuple_GET_SIZE(pair) != 2 || !PyBytes_CheckExact(PyTuple_GET_ITEM(pair, 0)) ||
            PySet_Contains(GET(answered, Answered__others), PyTuple_GET_ITEM(pair, 0)) != 1)
            return 0;
    }
    return 1;
}

/* Add a header to *headers*; -1 with an exception. It takes the *value*. */
static int add(PyObject *headers, PyObject *name, PyObject *value)
{
    PyObject *pair = value == NULL ? NULL : PyTuple_Pack(2, name, value);
    int is_added = pair == NULL ? -1 : PyList_Append(headers, pair);
    Py_XDECREF(value);
    Py_XDECREF(pair);
    return is_added;
}

/* A list of *headers* and of those of *answered*; NULL where these are not usual. */
static PyObject *with_ids(PyObject *answered, PyObject *headers, PyObject *request_id, PyObject *ids)
{
    static PyObject *trace_response;
    char text[TRACE_PARENT_CHARS];
    if (trace_response == NULL && (trace_response = PyBytes_FromString("traceresponse")) == NULL)
        return NULL;
    if (!IS(answered, Answered__others) || !is_a(GET(answered, Answered__others), &PySet_Type) ||
        !is_a(GET(answered, Answered__request_id), &PyBytes_Type) || GET(answered, Answered__trace_id) == NULL ||
        !PyList_CheckExact(headers) || !IS_TEXT(request_id) || !are_others(answered, headers) || trace_parent(text, ids) == NULL)
        return NULL;
    PyObject *added = PyList_GetSlice(headers, 0, PyList_GET_SIZE(headers)), *trace_id = GET(answered, Answered__trace_id);
    if (added != NULL && (add(added, GET(answered, Answered__request_id), PyUnicode_AsUTF8String(request_id)) < 0 ||
                          add(added, trace_response, PyBytes_FromStringAndSize(text, TRACE_PARENT_CHARS)) < 0 ||
                          (trace_id != Py_None && add(added, trace_id, PyBytes_FromStringAndSize(text + 3, 32)) < 0)))
        Py_CLEAR(added);
    return added;
}

/* Answered.added_to(self, headers, request_id, ids), where the application has set none of them itself. */
PyObject *usual_added_to(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    PyObject *added = NULL;
    if (is_on && names == NULL && PyVectorcall_NARGS(flagged) == 4)
        added = with_ids(args[0], args[1], args[2], args[3]);
    return added == NULL ? otherwise(method, args, flagged, names) : added;
}

/* The answer to *request* is complete, as Request._answered; -1 with an exception. */
int answered(PyObject *request)
{
    if (GET(request, Request_access_log) == Py_True) {
        PyObject *duration = PyObject_CallMethodNoArgs(request, name_duration_ms);
        if (duration == NULL)
            return -1;
        put(request, Request_answered_ms, duration);
    }
    put(request, Request_over, Py_NewRef(Py_True));
    return 0;
}

/* What *message* is sent by, for *request*; the answer is over then where it *is_last*. */
static PyObject *sent(PyObject *request, PyObject *message, int is_last)
{
    PyObject *send = Py_NewRef(GET(request, Request__send)), *sending = last(PyObject_CallOneArg(send, message), is_last ? request : NULL);
    Py_DECREF(send);
    return sending;
}

/* Send the *message* that begins *request*'s answer, with the ids; NULL where it is not usual, or with an exception. */
static PyObject *send_start(PyObject *request, PyObject *message, int *is_usual)
{
    PyObject *status = PyDict_GetItemWithError(message, name_status), *headers = PyDict_GetItemWithError(message, name_headers);
    PyObject *options = GET(request, Request_options), *copy = NULL, *sending = NULL;
    if (status == NULL || !PyLong_CheckExact(status) || headers == NULL || !IS(options, Options_answered))
        return NULL;
    headers = with_ids(GET(options, Options_answered), headers, GET(request, Request_request_id), GET(request, Work_ids));
    if (headers != NULL && (copy = PyDict_Copy(message)) != NULL && PyDict_SetItem(copy, name_headers, headers) == 0) {
        *is_usual = 1;
        if (whole(GET(request, Request_status)) == 0)
            put(request, Request_status, Py_NewRef(status));
        put(request, Request_started, Py_NewRef(Py_True));
        sending = sent(request, copy, 0);
    }
    Py_XDECREF(headers);
    Py_XDECREF(copy);
    return sending;
}

/* Send a *message* of the body of *request*'s answer; NULL where it is not usual, or with an exception. */
static PyObject *send_body(PyObject *request, PyObject *message, int *is_usual)
{
    PyObject *body = PyDict_GetItemWithError(message, name_body), *more = PyDict_GetItemWithError(message, name_more_body);
    long long bytes = whole(GET(request, Request_bytes));
    if ((body != NULL && !PyBytes_CheckExact(body)) || (more != NULL && !PyBool_Check(more)) || bytes < 0 || PyErr_Occurred())
        return NULL;
    if (body != NULL && PyUnicode_Compare(GET(request, Request_method), name_HEAD)) {
        PyObject *sum = PyLong_FromLongLong(bytes + PyBytes_GET_SIZE(body));
        if (sum == NULL)
            return NULL;
        put(request, Request_bytes, sum);
    }
    *is_usual = 1;
    return sent(request, message, more != Py_True);
}

/* Request.send(self, message), of the messages that nearly every answer is made of; what sends them is awaited itself. */
PyObject *usual_send(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    PyObject *type = NULL, *sending = NULL;
    int is_usual = 0;
    if (is_on && names == NULL && PyVectorcall_NARGS(flagged) == 2 && IS(args[0], Request__send) && PyDict_CheckExact(args[1]) &&
        GET(args[0], Request__send) != NULL &&
        (type = PyDict_GetItemWithError(args[1], name_type)) != NULL && PyUnicode_CheckExact(type) &&
        IS_TEXT(GET(args[0], Request_method))) {
        PyObject *message = Py_NewRef(args[1]);
        if (!PyUnicode_Compare(type, name_response_start))
            sending = send_start(args[0], message, &is_usual);
        else if (!PyUnicode_Compare(type, name_response_body))
            sending = send_body(args[0], message, &is_usual);
        Py_DECREF(message);
    }
    return is_usual ? sending : otherwise(method, args, flagged, names);
}
