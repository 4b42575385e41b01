/* The kernel's ring buffer: lines as dmesg prints them. The Xid prefix is the driver's, the wording after it is ours. */
#include <stdarg.h>
#include <stdio.h>
#include "machine.h"

static void append(struct machine *machine, const char *text) {
  int64_t uptime = machine_now_ns(machine) - machine->boot_ns;
  if (uptime < 0) uptime = 0;
  char *line = machine->log[machine->log_written % LOG_LINES];
  snprintf(line, LOG_LINE_BYTES, "[%5lld.%06lld] %s", (long long)(uptime / 1000000000), (long long)(uptime / 1000 % 1000000), text);
  machine->log_written++;
}

void log_line(struct machine *machine, const char *format, ...) {
  char text[LOG_LINE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  append(machine, text);
}

void log_xid(struct machine *machine, const struct gpu *gpu, unsigned xid, const char *format, ...) {
  char text[LOG_LINE_BYTES];
  va_list arguments;
  int used = snprintf(text, sizeof text, "NVRM: Xid (PCI:%04x:%02x:%02x): %u, ", gpu->pcie.domain, gpu->pcie.bus, gpu->pcie.device, xid);
  va_start(arguments, format);
  vsnprintf(text + used, sizeof text - (size_t)used, format, arguments);
  va_end(arguments);
  append(machine, text);
  event_raise(machine, gpu, EVENT_XID, xid);
}

uint64_t log_first(const struct machine *machine) { return machine->log_written > LOG_LINES ? machine->log_written - LOG_LINES : 0; }
