/* What Python's modules have told of themselves: where the slots of their classes lie, and what they work with. */

#include "native.h"
#include <structmember.h>

Py_ssize_t offsets[SLOT_COUNT];
PyTypeObject *classes[SLOT_COUNT];
int is_on;
/* Whether Python's classes are not those that this was built for. */
static int is_of_another_version;

#define THING(name) PyObject *the_##name;
THINGS(THING)

#define NAMED(class, name) {#class, #name},
static const struct {
    const char *class, *name;
} slots[] = {SLOTS(NAMED)};

#define DEFINED(text) PyObject *name_##text;
NAMES(DEFINED)
PyObject *name_empty, *name__access, *name_response_start, *name_response_body;

/* Make the names; -1 with an exception. */
int set_names(void)
{
#define SET(text) \
    if ((name_##text = PyUnicode_InternFromString(#text)) == NULL) \
        return -1;
    NAMES(SET)
    name_empty = PyUnicode_InternFromString("");
    name__access = PyUnicode_InternFromString(".access");
    name_response_start = PyUnicode_InternFromString("http.response.start");
    name_response_body = PyUnicode_InternFromString("http.response.body");
    return name_empty == NULL || name__access == NULL || name_response_start == NULL || name_response_body == NULL ? -1 : 0;
}

/* Give all up, with a TypeError. */
static PyObject *given_up(const char *class, const char *name)
{
    is_of_another_version = 1;
    is_on = 0;
    return PyErr_Format(PyExc_TypeError, "%s has no slot %s", class, name);
}

/* Learn where the slots of *class* lie, by their names. Raises TypeError where one is not as it is known here. */
PyObject *know(PyObject *module, PyObject *class)
{
    const char *called = PyType_Check(class) ? ((PyTypeObject *)class)->tp_name : "";
    Py_ssize_t found[SLOT_COUNT];
    int count = 0;
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        found[slot] = 0; /* where every object has its count of references */
        if (strcmp(slots[slot].class, called))
            continue;
        PyObject *member = PyObject_GetAttrString(class, slots[slot].name);
        if (member == NULL || !Py_IS_TYPE(member, &PyMemberDescr_Type) ||
            ((PyMemberDescrObject *)member)->d_member->type != T_OBJECT_EX) {
            Py_XDECREF(member);
            return given_up(called, slots[slot].name);
        }
        found[slot] = ((PyMemberDescrObject *)member)->d_member->offset;
        Py_DECREF(member);
        count++;
    }
    if (!count)
        return given_up(called, "that is read");
    for (int slot = 0; slot < SLOT_COUNT; slot++)
        if (found[slot]) {
            offsets[slot] = found[slot];
            classes[slot] = (PyTypeObject *)Py_NewRef(class); /* kept, as long as the process is */
        }
    Py_RETURN_NONE;
}

/* Keep *things*, each under its name. Raises TypeError for one that is not known here. */
PyObject *tell(PyObject *module, PyObject *args, PyObject *things)
{
    Py_ssize_t place = 0;
    PyObject *name, *thing;
    while (things != NULL && PyDict_Next(things, &place, &name, &thing)) {
        PyObject **kept = NULL;
#define FOUND(known) \
    if (!PyUnicode_CompareWithASCIIString(name, #known)) \
        kept = &the_##known;
        THINGS(FOUND)
        if (kept == NULL)
            return given_up("logcorr", "of that name");
        *kept = Py_NewRef(thing); /* and what was told before stays, for somebody may be working with it */
    }
    Py_RETURN_NONE;
}

/* From now on do what is usual here, or none of it. */
PyObject *want(PyObject *module, PyObject *native)
{
    int wanted = PyObject_IsTrue(native);
    if (wanted < 0)
        return NULL;
    is_on = wanted && !is_of_another_version;
    return PyBool_FromLong(is_on);
}

/* Set a slot to *value*, which it takes. */
void put(PyObject *object, int slot, PyObject *value)
{
    PyObject *before = GET(object, slot);
    GET(object, slot) = value;
    Py_XDECREF(before);
}

/* The value of an int that is known to be small; -1 where it is none. */
long long whole(PyObject *number)
{
    int beyond = 0;
    long long value = is_a(number, &PyLong_Type) ? PyLong_AsLongLongAndOverflow(number, &beyond) : -1;
    return beyond ? -1 : value;
}

/* A new object of *class*, which has nothing yet: none of its slots is set, and where it is a dict that is empty. */
PyObject *fresh(PyTypeObject *class)
{
    static PyObject *nothing;
    if (nothing == NULL && (nothing = PyTuple_New(0)) == NULL)
        return NULL;
    return class->tp_new(class, nothing, NULL);
}
