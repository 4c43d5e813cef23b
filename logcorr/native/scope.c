/* Scopes: what is bound in one, and the shared one of a unit of work, from its beginning to its end. */

#include "native.h"

/* The shared scope that *scope* is or is a layer of; NULL outside all units of work. Borrowed. */
static PyObject *unit_of(PyObject *scope)
{
    PyObject *unit = GET(scope, Scope_shared) == Py_True ? scope : GET(scope, Scope_unit);
    return IS(unit, Scope_unit) ? unit : NULL;
}

/* Whether *object* is a scope of which nothing has ended. */
int is_in_force(PyObject *object)
{
    if (!IS(object, Scope_ended) || !IS(GET(object, Scope_epoch), Epoch_version))
        return 0;
    PyObject *unit = unit_of(object), *around = GET(object, Scope_unit);
    return GET(object, Scope_ended) == Py_False && (unit == NULL || GET(unit, Scope_ended) == Py_False) &&
           (around == Py_None || (IS(around, Scope_ended) && GET(around, Scope_ended) == Py_False));
}

/* Whether one of the *fields* hides one: a new dict of the others takes their place. -1 with an exception. */
static int without_hidden(PyObject **fields)
{
    PyObject *name, *value, *shown = NULL;
    Py_ssize_t at = 0;
    int hides = 0;
    while (!hides && PyDict_Next(*fields, &at, &name, &value))
        hides = value == Py_None;
    if (!hides)
        return 0;
    shown = PyDict_New();
    for (at = 0; shown != NULL && PyDict_Next(*fields, &at, &name, &value);)
        if (value != Py_None && PyDict_SetItem(shown, name, value) < 0)
            Py_CLEAR(shown);
    Py_SETREF(*fields, shown);
    return shown == NULL ? -1 : 0;
}

/* Scopes within scopes that are more than this are for Python, which has a limit of its own and needs no stack for them. */
#define MOST_WITHIN 100

/* As fields_in, with so many scopes around that may still be looked at here. */
static PyObject *fields_within(PyObject *scope, int left)
{
    PyObject *cache = GET(scope, Scope__cache), *epoch = GET(scope, Scope_epoch);
    if (is_a(cache, &PyTuple_Type) && PyTuple_GET_SIZE(cache) == 2 && IS(epoch, Epoch_version) &&
        PyTuple_GET_ITEM(cache, 0) == GET(epoch, Epoch_version))
        return Py_NewRef(PyTuple_GET_ITEM(cache, 1));
    PyObject *outer = GET(scope, Scope_outer);
    if (!is_in_force(scope) || !IS_DICT(GET(scope, Scope__own)) || (outer != Py_None && !IS(outer, Scope_outer)) ||
        GET(epoch, Epoch_version) == NULL || left == 0)
        return PyObject_CallMethodNoArgs(scope, name_fields);
    Py_INCREF(outer);
    /* Read before the fields: what changes meanwhile has a new version after it, and is read again. */
    PyObject *version = Py_NewRef(GET(epoch, Epoch_version)), *own = Py_NewRef(GET(scope, Scope__own));
    PyObject *below = outer == Py_None ? PyDict_New() : fields_within(outer, left - 1), *merged = below == NULL ? NULL : PyDict_Copy(below);
    if (merged != NULL && (PyDict_Update(merged, own) < 0 || without_hidden(&merged) < 0))
        Py_CLEAR(merged);
    cache = merged == NULL ? NULL : PyTuple_Pack(2, version, merged);
    if (cache == NULL)
        Py_CLEAR(merged);
    else
        put(scope, Scope__cache, cache);
    Py_DECREF(outer);
    Py_DECREF(version);
    Py_DECREF(own);
    Py_XDECREF(below);
    return merged;
}

/* The fields in force in *scope*, as Scope.fields. A new reference. */
PyObject *fields_in(PyObject *scope)
{
    return fields_within(scope, MOST_WITHIN);
}

/* What is in force from now on in what *scope* belongs to has changed. */
static int changed(PyObject *scope)
{
    PyObject *version = fresh(&PyBaseObject_Type);
    if (version != NULL)
        put(GET(scope, Scope_epoch), Epoch_version, version);
    return version == NULL ? -1 : 0;
}

/* bind(**fields), where the unit of work itself is the caller's scope. */
PyObject *usual_bind(PyObject *method, PyObject *const *args, size_t flagged, PyObject *names)
{
    PyObject *scope = NULL;
    if (!is_on || the_scope == NULL || names == NULL || PyVectorcall_NARGS(flagged) ||
        PyContextVar_Get(the_scope, NULL, &scope) < 0 || scope == NULL || !IS(scope, Scope_shared) ||
        GET(scope, Scope_shared) != Py_True || GET(scope, Scope_ended) != Py_False || !IS_DICT(GET(scope, Scope__own)) ||
        !IS(GET(scope, Scope_epoch), Epoch_version)) {
        Py_XDECREF(scope);
        return otherwise(method, args, flagged, names);
    }
    PyObject *own = Py_NewRef(GET(scope, Scope__own));
    int is_bound = 0;
    for (Py_ssize_t at = 0; !is_bound && at < PyTuple_GET_SIZE(names); at++)
        is_bound = PyDict_SetItem(own, PyTuple_GET_ITEM(names, at), args[at]);
    is_bound = is_bound || changed(scope);
    Py_DECREF(own);
    Py_DECREF(scope);
    if (is_bound)
        return NULL;
    Py_RETURN_NONE;
}

/* As Scope.of_unit, for *fields* that are nobody else's; *around* is None where nothing is to be seen. */
PyObject *unit_scope(PyObject *fields, PyObject *ids, PyObject *around)
{
    PyObject *unit = around == Py_None ? NULL : unit_of(around), *inherited = NULL, *epoch = NULL, *scope = NULL;
    if (unit != NULL && (GET(unit, Scope_ended) != Py_False || GET(unit, Scope_epoch) == NULL))
        return PyObject_CallMethodObjArgs((PyObject *)classes[Scope_unit], name_of_unit, fields, ids, around, NULL);
    if (unit != NULL) {
        inherited = fields_in(around);
        epoch = Py_NewRef(GET(unit, Scope_epoch));
    }
    else {
        inherited = Py_NewRef(the_no_fields);
        if ((epoch = fresh(classes[Epoch_version])) != NULL)
            GET(epoch, Epoch_version) = Py_NewRef(the_unchanged);
    }
    if (inherited != NULL && epoch != NULL && (scope = fresh(classes[Scope_unit])) != NULL) {
#define SET(name, value) (GET(scope, Scope_##name) = Py_NewRef(value))
        SET(shared, Py_True);
        SET(unit, unit == NULL ? Py_None : unit);
        SET(span, ids);
        SET(ended, Py_False);
        SET(heir, Py_None);
        SET(_cache, Py_None);
        SET(kept, Py_None);
        SET(outer, around);
        SET(_around, Py_None);
        SET(late, Py_False);
        SET(_own, fields);
        SET(_inherited, inherited);
        SET(epoch, epoch);
    }
    Py_XDECREF(inherited);
    Py_XDECREF(epoch);
    return scope;
}

/* As Scope.end; -1 with an exception. */
int end_scope(PyObject *scope)
{
    if (!IS(scope, Scope_unit) || GET(scope, Scope_unit) != Py_None || /* what is around it may go on for it */
        !IS(GET(scope, Scope_epoch), Epoch_version)) {
        PyObject *done = PyObject_CallMethodNoArgs(scope, name_end);
        Py_XDECREF(done);
        return done == NULL ? -1 : 0;
    }
    PyObject *nothing = PyDict_New();
    if (nothing == NULL)
        return -1;
    put(scope, Scope_ended, Py_NewRef(Py_True));
    put(scope, Scope__own, nothing);
    put(scope, Scope__inherited, Py_NewRef(the_no_fields));
    put(scope, Scope__cache, Py_NewRef(Py_None));
    put(scope, Scope_kept, Py_NewRef(Py_None));
    return changed(scope);
}
