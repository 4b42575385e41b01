#include <stdio.h>
#include "commands.h"

/* `--to` a time that has passed is no error: somebody else may have moved the clock there. */
static bool until(const struct machine *machine, const char *text, int64_t *milliseconds, struct failure *failure) {
  uint64_t time_ms;
  const int64_t now_ns = machine_now_ns(machine);
  if (!parse_number("--to", text, 0, INT64_MAX / 1000000, &time_ms, failure)) return false;
  const int64_t ahead_ns = (int64_t)time_ms * 1000000 - now_ns;
  *milliseconds = ahead_ns > 0 ? (ahead_ns + 999999) / 1000000 : 0;
  return true;
}

bool command_advance(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  static const struct {
    const char *option;
    int64_t milliseconds;
  } UNITS[] = {{"--seconds", 1000}, {"--ms", 1}};
  int64_t milliseconds = 0;
  failure->code = NULL;
  const char *to = take_option(arguments, "--to", failure);
  if (failure->code || (to && !until(machine, to, &milliseconds, failure))) return false;
  bool given = to != NULL;
  for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
    uint64_t number;
    const char *text = take_option(arguments, UNITS[i].option, failure);
    if (failure->code) return false;
    if (!text) continue;
    if (given) return refuse(failure, "INVALID_INPUT", "advance: two times are given: leave one out");
    given = true;
    if (!parse_number(UNITS[i].option, text, 0, UINT32_MAX * 1000ull, &number, failure)) return false;
    milliseconds = (int64_t)number * UNITS[i].milliseconds;
  }
  if (!given) return refuse(failure, "INVALID_INPUT", "advance: no time is given: add --seconds N, --ms N or --to UNIX_MS");
  if (!nothing_left(arguments, failure) || !machine_advance(machine, milliseconds, failure)) return false;
  printf("{\"moved\":%s}\n", milliseconds > 0 ? "true" : "false");
  return true;
}
