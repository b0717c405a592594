/* What memcheck can be asked from within the program that it watches. */
#include <stddef.h>
#include <valgrind/memcheck.h>

int memcheck_watches(void) { return RUNNING_ON_VALGRIND != 0; }
void memcheck_undefined(const void *start, size_t len) { VALGRIND_MAKE_MEM_UNDEFINED(start, len); }
void memcheck_defined(const void *start, size_t len) { VALGRIND_MAKE_MEM_DEFINED(start, len); }
unsigned memcheck_errors(void) { return VALGRIND_COUNT_ERRORS; }
