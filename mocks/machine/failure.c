#include <stdarg.h>
#include <stdio.h>
#include "machine.h"

bool refuse(struct failure *failure, const char *code, const char *format, ...) {
  va_list arguments;
  failure->code = code;
  va_start(arguments, format);
  vsnprintf(failure->message, sizeof failure->message, format, arguments);
  va_end(arguments);
  return false;
}
