/* The module logcorr.native._core. */

#include "native.h"

static PyMethodDef functions[] = {
    {"divided", (PyCFunction)(void (*)(void))divided, METH_FASTCALL, "divided(bound, names, plain): the fields in force, as JSON."},
    {"know", know, METH_O, "know(class): learn where the slots lie that are read of its objects."},
    {"tell", (PyCFunction)(void (*)(void))tell, METH_VARARGS | METH_KEYWORDS, "tell(**things): keep what Python works with."},
    {"usual", usual, METH_VARARGS, "usual(name, function, *held): what stands for the function, and does what is usual."},
    {"want", want, METH_O, "want(native): whether what is usual is done here from now on, if it is to be."},
    {NULL},
};

/* What it keeps is of one interpreter: it has one state, as Python's own classes have there. */
static int filled(PyObject *module)
{
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError, "logcorr.native._core is for the main interpreter alone");
        return -1;
    }
    return set_names() < 0 || PyType_Ready(&MethodType) < 0 || PyType_Ready(&LastType) < 0 ? -1 : PyModule_AddType(module, &EmitterType);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)filled},
#if PY_VERSION_HEX >= 0x030c0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "logcorr.native._core",
    .m_doc = "The native core of logcorr: see logcorr.native.",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&definition);
}
