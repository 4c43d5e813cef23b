/* Where the slots of Python's classes lie, and the names by which the rest is found. */

#include "native.h"
#include <structmember.h>

Py_ssize_t offsets[SLOT_COUNT];
PyTypeObject *classes[SLOT_COUNT];

#define TOLD(class, name) {#class, #name},
static const struct {
    const char *class, *name;
} slots[] = {SLOTS(TOLD)};

#define DEFINED(text) PyObject *name_##text;
NAMES(DEFINED)
PyObject *name_empty, *name__access;

/* Make the names; -1 with an exception. */
int set_names(void)
{
#define SET(text) \
    if ((name_##text = PyUnicode_InternFromString(#text)) == NULL) \
        return -1;
    NAMES(SET)
    name_empty = PyUnicode_InternFromString("");
    name__access = PyUnicode_InternFromString(".access");
    return name_empty == NULL || name__access == NULL ? -1 : 0;
}

/* Learn where the slots of the *given* classes lie, by their names. Raises TypeError where one is not as it is known here. */
PyObject *know(PyObject *module, PyObject *given)
{
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        PyObject *class = PyMapping_GetItemString(given, slots[slot].class);
        PyObject *member = class == NULL ? NULL : PyObject_GetAttrString(class, slots[slot].name);
        if (member == NULL || !PyType_Check(class) || !Py_IS_TYPE(member, &PyMemberDescr_Type) ||
            ((PyMemberDescrObject *)member)->d_member->type != T_OBJECT_EX) {
            Py_XDECREF(class);
            Py_XDECREF(member);
            return PyErr_Format(PyExc_TypeError, "%s has no slot %s", slots[slot].class, slots[slot].name);
        }
        offsets[slot] = ((PyMemberDescrObject *)member)->d_member->offset;
        classes[slot] = (PyTypeObject *)class; /* kept, as long as the process is */
        Py_DECREF(member);
    }
    Py_RETURN_NONE;
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
    long long value = number != NULL && PyLong_CheckExact(number) ? PyLong_AsLongLong(number) : -1;
    if (value == -1)
        PyErr_Clear();
    return value;
}
