/* A line, handed to the sinks: to the journal with one write(). */

#include "native.h"
#include <time.h>
#include <unistd.h>

/* What time.monotonic() reads. */
#ifdef __APPLE__
#define MONOTONIC CLOCK_UPTIME_RAW
#else
#define MONOTONIC CLOCK_MONOTONIC
#endif

/* As JournalWriter.write: whether *line* was written. Where it was not, that is for Python to do. */
static int written(PyObject *writer, PyObject *line)
{
    struct timespec clock;
    Py_ssize_t size = PyBytes_GET_SIZE(line);
    long long unchecked = whole(GET(writer, JournalWriter__unchecked_bytes)) + size;
    long long lines = whole(GET(writer, JournalWriter_lines));
    long long fd = whole(GET(writer, JournalWriter__fd));
    PyObject *check_at = GET(writer, JournalWriter__check_at), *homeless = GET(writer, JournalWriter__homeless);
    if (unchecked < size || unchecked > whole(GET(writer, JournalWriter__max_unchecked_bytes)) || lines < 0 || fd < 0 ||
        GET(writer, JournalWriter__torn) != Py_False || GET(writer, JournalWriter__sync) != Py_False || homeless == NULL ||
        !PyUnicode_CheckExact(homeless) || PyUnicode_GET_LENGTH(homeless) || check_at == NULL || !PyFloat_CheckExact(check_at) ||
        clock_gettime(MONOTONIC, &clock) ||
        (double)clock.tv_sec + clock.tv_nsec * 1e-9 >= PyFloat_AS_DOUBLE(check_at))
        return 0;
    PyObject *total = PyLong_FromLongLong(unchecked);
    if (total == NULL) {
        PyErr_Clear();
        return 0;
    }
    put(writer, JournalWriter__unchecked_bytes, total);
    Py_ssize_t done;
    Py_BEGIN_ALLOW_THREADS
    done = write((int)fd, PyBytes_AS_STRING(line), (size_t)size);
    Py_END_ALLOW_THREADS
    if (done < 0)
        return 0; /* Python's way meets the same error, or a signal that is to be handled */
    if (done < size) {
        put(writer, JournalWriter__torn, Py_NewRef(Py_True)); /* and Python's way goes on after a fragment */
        return 0;
    }
    PyObject *count = PyLong_FromLongLong(whole(GET(writer, JournalWriter_lines)) + 1);
    if (count == NULL)
        PyErr_Clear();
    else
        put(writer, JournalWriter_lines, count);
    return 1;
}

/* Hand *line* to every sink. What is an Exception is counted; -1 with any other. */
int handed(PyObject *pipeline, PyObject *line)
{
    PyObject *sinks = PySequence_Tuple(GET(pipeline, Pipeline_sinks));
    if (sinks == NULL)
        return -1;
    int is_over = 0;
    for (Py_ssize_t at = 0; !is_over && at < PyTuple_GET_SIZE(sinks); at++) {
        PyObject *sink = PyTuple_GET_ITEM(sinks, at);
        if (IS(sink, JournalWriter_lines) && written(sink, line))
            continue;
        PyObject *taken = PyObject_CallMethodOneArg(sink, name_write, line);
        if (taken == NULL && PyErr_ExceptionMatches(PyExc_Exception)) {
            PyObject *type, *problem, *trace;
            PyErr_Fetch(&type, &problem, &trace);
            PyErr_NormalizeException(&type, &problem, &trace);
            taken = PyObject_CallMethodObjArgs(pipeline, name__sink_failed, sink, problem, NULL);
            Py_XDECREF(type);
            Py_XDECREF(problem);
            Py_XDECREF(trace);
        }
        is_over = taken == NULL ? -1 : 0;
        Py_XDECREF(taken);
    }
    Py_DECREF(sinks);
    return is_over;
}
