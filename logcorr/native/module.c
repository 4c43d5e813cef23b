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

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "logcorr.native._core",
    .m_doc = "The native core of logcorr: see logcorr.native.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit__core(void)
{
    PyObject *module = set_names() < 0 || PyType_Ready(&MethodType) < 0 || PyType_Ready(&LastType) < 0 ? NULL
                                                                                                       : PyModule_Create(&definition);
    if (module != NULL && PyModule_AddType(module, &EmitterType) < 0)
        Py_CLEAR(module);
    return module;
}
