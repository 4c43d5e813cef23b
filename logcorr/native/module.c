/* The module logcorr.native._core. */

#include "native.h"

static PyMethodDef functions[] = {
    {"divided", (PyCFunction)(void (*)(void))divided, METH_FASTCALL, "divided(bound, names, plain): the fields in force, as JSON."},
    {"know", know, METH_O, "know(classes): learn where the slots of the classes of the pipeline lie."},
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
    PyObject *module = set_names() < 0 ? NULL : PyModule_Create(&definition);
    if (module != NULL && (PyModule_AddType(module, &EmitterType) < 0 || PyModule_AddType(module, &VerbType) < 0 ||
                           PyModule_AddType(module, &LogType) < 0))
        Py_CLEAR(module);
    return module;
}
