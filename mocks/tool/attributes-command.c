/* `attributes`: every name that `set` knows, with its value now, as JSON. */
#include <stdio.h>
#include "attributes.h"
#include "commands.h"
#include "show.h"

static void show_choices(const struct attribute *attribute) {
  fputs(",\"choices\":[", stdout);
  for (unsigned i = 0; attribute->choices[i]; i++) {
    if (i) fputc(',', stdout);
    show_text(stdout, attribute->choices[i]);
  }
  fputc(']', stdout);
}

static void show_one(const struct attribute_value *value, void *context) {
  static const char *const KINDS[] = {[ATTRIBUTE_TEXT] = "text", [ATTRIBUTE_U32] = "number", [ATTRIBUTE_U64] = "number",
                                      [ATTRIBUTE_I32] = "signed number", [ATTRIBUTE_SWITCH] = "switch", [ATTRIBUTE_CHOICE] = "choice"};
  unsigned *count = context;
  if ((*count)++) fputs(",\n", stdout);
  fputs("{\"name\":", stdout);
  show_text(stdout, value->name);
  fputs(",\"value\":", stdout);
  show_text(stdout, value->value);
  printf(",\"kind\":\"%s\",\"optional\":%s,\"fixed\":%s", KINDS[value->attribute->kind], value->attribute->optional ? "true" : "false",
         value->attribute->fixed ? "true" : "false");
  if (value->attribute->kind == ATTRIBUTE_CHOICE) show_choices(value->attribute);
  fputc('}', stdout);
}

void show_attributes(const struct machine *machine, int gpu) {
  unsigned count = 0;
  puts("[");
  attributes_each(machine, gpu, show_one, &count);
  puts("]");
}
