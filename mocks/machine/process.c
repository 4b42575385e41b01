/* Who a process is, by /proc: pids come back, and exec keeps the pid but not the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "machine.h"

bool process_identify(uint32_t pid, struct process_identity *out) {
  char path[32], text[1024];
  snprintf(path, sizeof path, "/proc/%u/stat", pid);
  FILE *file = fopen(path, "re");
  if (!file) return false;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;

  /* "pid (name) S …": the name may hold anything, parentheses too. */
  char *open = strchr(text, '('), *close = strrchr(text, ')');
  if (!open || !close || close < open || close[1] == 0 || close[2] == 0) return false;
  char state = close[2];
  if (state == 'Z' || state == 'X') return false; /* a zombie holds no descriptor any more */
  memset(out, 0, sizeof *out);
  out->pid = pid;
  size_t name = (size_t)(close - open - 1);
  if (name >= sizeof out->name) name = sizeof out->name - 1;
  memcpy(out->name, open + 1, name);

  int field = 3; /* the state */
  for (char *save = NULL, *word = strtok_r(close + 2, " ", &save); word; word = strtok_r(NULL, " ", &save), field++) {
    if (field == 22) out->start_time = strtoull(word, NULL, 10);
    if (field == 28) out->stack_base = strtoull(word, NULL, 10); /* 0 to those who may not trace it */
  }
  return out->start_time != 0;
}
