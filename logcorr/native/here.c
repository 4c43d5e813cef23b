/* What is in force in one place, as records have it: kept there for those that follow. */

#include "native.h"
#include <string.h>

/* The JSON of valid ids takes as much. */
#define SPAN_CHARS 128

/* The ids of the span in *context*, a new reference; NULL where they are not usual, or with an exception. */
static PyObject *ids_in(PyObject *context)
{
    PyObject *span = PyDict_GetItemWithError(context, the_span_key), *ids;
    if (span == NULL)
        return PyErr_Occurred() ? NULL : Py_NewRef(the_no_ids);
    Py_INCREF(span);
    ids = ids_of(span);
    Py_DECREF(span);
    if (ids != NULL && !is_span_context(ids))
        Py_CLEAR(ids);
    return ids;
}

/* The JSON of *ids*, as Pipeline._span_ids. */
static PyObject *json_of(PyObject *ids)
{
    char parent[TRACE_PARENT_CHARS], json[SPAN_CHARS];
    if (PyTuple_GET_ITEM(ids, 5) != Py_True)
        return PyBytes_FromStringAndSize(NULL, 0);
    if (trace_parent(parent, ids) == NULL)
        return NULL;
    int is_sampled = strchr("13579bdf", parent[TRACE_PARENT_CHARS - 1]) != NULL;
    char *out = json;
#define ADD(text, size) (memcpy(out, text, size), out += (size))
#define ADD_TEXT(text) ADD(text, sizeof(text) - 1)
    ADD_TEXT(",\"trace_id\":\"");
    ADD(parent + 3, 32);
    ADD_TEXT("\",\"span_id\":\"");
    ADD(parent + 36, 16);
    ADD_TEXT("\",\"trace_sampled\":");
    if (is_sampled)
        ADD_TEXT("true");
    else
        ADD_TEXT("false");
    return PyBytes_FromStringAndSize(json, out - json);
}

/* *ids*, the name of what follows, the first *size* bytes of *json*, and an *end* of one byte, if any. */
static PyObject *joined(PyObject *ids, PyObject *json, Py_ssize_t size, const char *end)
{
    static const char name[] = ",\"context\":";
    Py_ssize_t ids_size = PyBytes_GET_SIZE(ids), name_size = sizeof name - 1, end_size = (Py_ssize_t)strlen(end);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, ids_size + name_size + size + end_size);
    if (bytes == NULL)
        return NULL;
    char *out = PyBytes_AS_STRING(bytes);
    memcpy(out, PyBytes_AS_STRING(ids), (size_t)ids_size);
    memcpy(out += ids_size, name, (size_t)name_size);
    memcpy(out += name_size, PyBytes_AS_STRING(json), (size_t)size);
    memcpy(out += size, end, (size_t)end_size);
    return bytes;
}

/* Here(span, bound, ids, fields, masked=False, plain=json), for *ids* that have the span's among them. */
static PyObject *made(PyObject *span, PyObject *bound, PyObject *ids, PyObject *fields, PyObject *json)
{
    PyObject *here = fresh(classes[Here_before]), *before, *alone;
    if (here == NULL)
        return NULL;
    if (PyDict_GET_SIZE(fields)) {
        before = joined(ids, json, PyBytes_GET_SIZE(json) - 1, ",");
        alone = joined(ids, json, PyBytes_GET_SIZE(json), "");
    }
    else {
        before = joined(ids, json, 0, "");
        alone = Py_NewRef(ids);
    }
    GET(here, Here_span) = Py_NewRef(span);
    GET(here, Here_bound) = Py_NewRef(bound);
    GET(here, Here_ids) = Py_NewRef(ids);
    GET(here, Here_fields) = Py_NewRef(fields);
    GET(here, Here_masked) = Py_NewRef(Py_False);
    GET(here, Here_before) = before;
    GET(here, Here_alone) = alone;
    if (before == NULL || alone == NULL)
        Py_CLEAR(here);
    return here;
}

/* Keep in *scope* what is *here*; -1 with an exception. */
static int keep(PyObject *scope, PyObject *version, PyObject *context, PyObject *plain, PyObject *here)
{
    PyObject *kept = fresh(classes[Kept_here]);
    if (kept == NULL)
        return -1;
    GET(kept, Kept_version) = Py_NewRef(version);
    GET(kept, Kept_context) = Py_NewRef(context);
    GET(kept, Kept_plain) = Py_NewRef(plain);
    GET(kept, Kept_here) = Py_NewRef(here);
    put(scope, Scope_kept, kept);
    return 0;
}

/* As Pipeline._here, where nothing around has ended and all that is in force is plain; NULL otherwise, or with an exception. */
PyObject *here_in(PyObject *pipeline, PyObject *scope, PyObject *plain)
{
    PyObject *context = NULL, *ids = NULL, *bound = NULL, *divided_ = NULL, *json = NULL, *version = NULL, *here = NULL;
    PyObject *forms = GET(pipeline, Pipeline__backend_ids), *correlation = GET(pipeline, Pipeline__correlation);
    if (the_context == NULL || the_no_ids == NULL || the_SpanContext == NULL || GET(pipeline, Pipeline_divided) == Py_None ||
        !is_a(forms, &PyTuple_Type) || PyTuple_GET_SIZE(forms) || !is_a(correlation, &PyTuple_Type) || !is_in_force(scope) ||
        GET(GET(scope, Scope_epoch), Epoch_version) == NULL)
        return NULL;
    Py_INCREF(correlation); /* of a pipeline that may become another meanwhile */
    /* Read before the fields: what changes meanwhile has another version afterwards. */
    version = Py_NewRef(GET(GET(scope, Scope_epoch), Epoch_version));
    if (PyContextVar_Get(the_context, NULL, &context) == 0 && context != NULL && PyDict_Check(context) &&
        (ids = ids_in(context)) != NULL && (bound = fields_in(scope)) != NULL && PyDict_CheckExact(bound)) {
        PyObject *given[] = {bound, correlation, plain};
        divided_ = divided(NULL, given, 3);
    }
    if (divided_ != NULL && divided_ != Py_None && PyBytes_GET_SIZE(PyTuple_GET_ITEM(divided_, 0)) <= whole(the_most_ids) &&
        (json = json_of(ids)) != NULL) {
        PyBytes_Concat(&json, PyTuple_GET_ITEM(divided_, 0));
        if (json != NULL)
            here = made(ids, bound, json, PyTuple_GET_ITEM(divided_, 1), PyTuple_GET_ITEM(divided_, 2));
    }
    if (here != NULL && keep(scope, version, context, plain, here) < 0)
        Py_CLEAR(here);
    Py_XDECREF(context);
    Py_XDECREF(ids);
    Py_XDECREF(bound);
    Py_XDECREF(divided_);
    Py_XDECREF(json);
    Py_DECREF(version);
    Py_DECREF(correlation);
    return here;
}
