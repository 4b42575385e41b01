#include "show.h"
#include <time.h>

void show_text(FILE *output, const char *text) {
  fputc('"', output);
  for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
    if (*at == '"' || *at == '\\') fprintf(output, "\\%c", *at);
    else if (*at < 0x20) fprintf(output, "\\u%04x", *at);
    else fputc(*at, output);
  }
  fputc('"', output);
}

static const char *truth(uint32_t value) { return value ? "true" : "false"; }

static void show_key_text(FILE *output, const char *key, const char *text) {
  fprintf(output, "\"%s\":", key);
  show_text(output, text);
  fputc(',', output);
}

void show_time(FILE *output, int64_t ns) {
  struct tm parts;
  char text[40];
  const time_t seconds = (time_t)(ns / 1000000000);
  gmtime_r(&seconds, &parts);
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  fprintf(output, "\"%s.%03dZ\"", text, (int)(ns / 1000000 % 1000));
}

static void show_pages(FILE *output, const struct gpu *gpu) {
  fputs("\"retiredPages\":[", output);
  for (uint32_t i = 0; i < gpu->page_count; i++) {
    const struct retired_page *page = &gpu->pages[i];
    fprintf(output, "%s{\"address\":\"0x%llx\",\"cause\":\"%s\",\"retiredAt\":", i ? "," : "", (unsigned long long)page->address,
            page->cause == CAUSE_DOUBLE_BIT ? "double-bit-ecc" : "multiple-single-bit-ecc");
    show_time(output, page->retired_at_ns);
    fprintf(output, ",\"pending\":%s}", truth(page->pending));
  }
  fprintf(output, "],\"pageRetirementPending\":%s,", truth(pages_pending(gpu)));
}

static void show_gpu(FILE *output, const struct gpu *gpu, uint32_t index) {
  fprintf(output, "{\"index\":%u,", index);
  show_key_text(output, "name", gpu->board.name);
  show_key_text(output, "uuid", gpu->board.uuid);
  fprintf(output, "\"pciBusId\":\"%08X:%02X:%02X.%X\",", gpu->pcie.domain, gpu->pcie.bus, gpu->pcie.device, gpu->pcie.function);
  show_key_text(output, "serial", gpu->board.serial);
  fprintf(output, "\"lost\":%s,\"ecc\":{\"current\":%s,\"pending\":%s},\"persistence\":%s,", truth(gpu->lost), truth(gpu_ecc_is_on(gpu)), truth(gpu->ecc.pending == 1),
          truth(gpu->modes.persistence));
  show_pages(output, gpu);
  fprintf(output, "\"remappedRows\":{\"correctable\":%u,\"uncorrectable\":%u,\"pending\":%s,\"failureOccurred\":%s},", rows_count(gpu, false), rows_count(gpu, true),
          truth(rows_pending(gpu)), truth(gpu->remap_failed));
  fprintf(output, "\"errorCounts\":{\"volatileCorrected\":%llu,\"volatileUncorrected\":%llu,\"aggregateCorrected\":%llu,\"aggregateUncorrected\":%llu},",
          (unsigned long long)ecc_total(gpu, COUNTER_VOLATILE, ERROR_CORRECTED), (unsigned long long)ecc_total(gpu, COUNTER_VOLATILE, ERROR_UNCORRECTED),
          (unsigned long long)ecc_total(gpu, COUNTER_AGGREGATE, ERROR_CORRECTED), (unsigned long long)ecc_total(gpu, COUNTER_AGGREGATE, ERROR_UNCORRECTED));
  fprintf(output, "\"errorAddresses\":%u}", gpu->address_count);
}

static void show_fault(FILE *output, const struct fault *fault) {
  fprintf(output, "{\"kind\":\"%s\"", fault_name(fault->kind));
  if (fault->gpu != GPU_ANY) fprintf(output, ",\"gpu\":%d", fault->gpu);
  if (fault->driver || fault->gpu != GPU_ANY) fprintf(output, ",\"scope\":\"%s\"", fault->driver ? "driver" : "gpu");
  if (fault->function[0]) {
    fputs(",\"function\":", output);
    show_text(output, fault->function);
  }
  if (fault->kind == FAULT_FAIL) fprintf(output, ",\"returnCode\":%d", fault->return_code);
  if (fault->limited) fprintf(output, ",\"timesLeft\":%u", fault->times_left);
  if (fault->kind == FAULT_SLOW) fprintf(output, ",\"milliseconds\":%u", fault->milliseconds);
  fputc('}', output);
}

static void show_faults(FILE *output, const struct machine *machine) {
  const char *separator = "";
  fputs("\"faults\":[", output);
  if (!machine->driver_loaded) {
    fputs("{\"kind\":\"driver-not-loaded\"}", output);
    separator = ",";
  }
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    if (!machine->gpus[i].lost) continue;
    fprintf(output, "%s{\"kind\":\"gpu-lost\",\"gpu\":%u}", separator, i);
    separator = ",";
  }
  for (int i = 0; i < FAULTS_MAX; i++) {
    if (machine->faults[i].kind == FAULT_NONE) continue;
    fputs(separator, output);
    show_fault(output, &machine->faults[i]);
    separator = ",";
  }
  fputc(']', output);
}

void show_state(FILE *output, const struct machine *machine) {
  fputs("{\"schema\":1,\"simulated\":true,", output);
  show_key_text(output, "profile", machine->profile);
  show_key_text(output, "driverVersion", machine->driver_version);
  fprintf(output, "\"driverLoaded\":%s,\"time\":", truth(machine->driver_loaded));
  show_time(output, machine_now_ns(machine));
  fputc(',', output);
  show_key_text(output, "bootId", machine->boot_id);
  const char *separator = "";
  fputs("\"clients\":[", output);
  for (int i = 0; i < CLIENTS_MAX; i++) {
    if (machine->clients[i].pid == 0) continue;
    fprintf(output, "%s{\"pid\":%u,\"name\":", separator, machine->clients[i].pid);
    show_text(output, machine->clients[i].name);
    fputc('}', output);
    separator = ",";
  }
  fputs("],\"gpus\":[", output);
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    if (i) fputc(',', output);
    show_gpu(output, &machine->gpus[i], i);
  }
  fputs("],", output);
  show_faults(output, machine);
  fputs(",\"fabricManager\":", output);
  show_fabric_manager(output, machine);
  fprintf(output, ",\"lockRepairs\":%u}\n", machine->repairs);
}

void show_kernel_log(FILE *output, const struct machine *machine) {
  for (uint64_t line = log_first(machine); line < machine->log_written; line++) fprintf(output, "%s\n", machine->log[line % LOG_LINES]);
}
