/* The processes that hold the driver. */
#include <string.h>
#include "machine.h"

static bool same(const struct client *client, const struct process_identity *process) {
  return client->pid == process->pid && client->start_time == process->start_time &&
         (client->stack_base == 0 || process->stack_base == 0 || client->stack_base == process->stack_base);
}

static struct client *find(struct machine *machine, const struct process_identity *process) {
  for (int i = 0; i < CLIENTS_MAX; i++)
    if (machine->clients[i].pid != 0 && same(&machine->clients[i], process)) return &machine->clients[i];
  return NULL;
}

static void leave(struct machine *machine, struct client *client) {
  if (client->attached != 0) machine->last_client_left_ns = machine_now_ns(machine);
  memset(client, 0, sizeof *client);
}

unsigned clients_sweep(struct machine *machine) {
  unsigned left = 0;
  for (int i = 0; i < CLIENTS_MAX; i++) {
    struct client *client = &machine->clients[i];
    struct process_identity process;
    if (client->pid == 0) continue;
    if (process_identify(client->pid, &process) && same(client, &process))
      left++;
    else
      leave(machine, client);
  }
  return left;
}

void clients_forget_all(struct machine *machine) {
  memset(machine->clients, 0, sizeof machine->clients);
  machine->last_client_left_ns = machine_now_ns(machine);
}

static void take_up_gpus(struct machine *machine, struct client *client) {
  bool held = false;
  if (client->attached != 0) return;
  for (int i = 0; i < CLIENTS_MAX && !held; i++) held = machine->clients[i].pid != 0 && machine->clients[i].attached != 0;
  if (!held) gpus_reattach(machine);
  client->attached = ++machine->attachments;
}

void clients_take_up_gpus(struct machine *machine, const struct process_identity *process) {
  struct client *client = find(machine, process);
  if (client) take_up_gpus(machine, client);
}

bool clients_attach(struct machine *machine, const struct process_identity *process, bool gpus) {
  clients_sweep(machine);
  struct client *client = find(machine, process);
  if (client) {
    client->instances++;
    if (gpus) take_up_gpus(machine, client);
    return true;
  }
  for (int i = 0; i < CLIENTS_MAX && !client; i++)
    if (machine->clients[i].pid == 0) client = &machine->clients[i];
  if (!client) return false;
  client->attached = 0;
  if (gpus) take_up_gpus(machine, client);
  client->instances = 1;
  client->start_time = process->start_time;
  client->stack_base = process->stack_base;
  memcpy(client->name, process->name, sizeof client->name);
  client->pid = process->pid; /* last: it makes the slot taken */
  return true;
}

void clients_detach(struct machine *machine, const struct process_identity *process) {
  struct client *client = find(machine, process);
  if (client && --client->instances == 0) leave(machine, client);
}
