// What lane threads leave for one environment: finished batches, and calls that must be taken back some day.
#ifndef GPUWRIGHT_MAILBOX_H
#define GPUWRIGHT_MAILBOX_H

#include <node_api.h>

#include <map>
#include <utility>
#include <vector>

#include "counted.h"
#include "locked.h"

namespace gpuwright {

class CallBatch;
class CallLane;
struct SharedSymbol;

// Owner: the environment and every batch in flight. Any thread.
class Mailbox : public Counted<Mailbox> {
 public:
  // Calls that returned 0 and have not been taken back: the undoing function, and how often on which lane.
  struct Debt {
    CallLane* lane;
    int count;
  };

  // JavaScript thread, once, before any batch exists.
  void Open(napi_threadsafe_function wake) { wake_ = wake; }

  // JavaScript thread, at the environment's end. Nothing is posted afterwards; returns what is still owed.
  std::map<SharedSymbol*, Debt> Close();

  // Takes a reference to the batch and wakes the environment, or does nothing where that has ended.
  void Post(CallBatch* batch);

  // The finished batches, with their references.
  std::vector<CallBatch*> Take();

  // False where the environment has ended: the caller must then take the call back itself.
  bool Owe(SharedSymbol* undo, CallLane* lane) { return Change(undo, lane, +1); }
  // False where the environment has ended: its debts are already being settled.
  bool Repay(SharedSymbol* undo) { return Change(undo, nullptr, -1); }

 private:
  bool Change(SharedSymbol* undo, CallLane* lane, int by);

  Mutex mutex_;
  napi_threadsafe_function wake_ = nullptr;
  bool closed_ = false;
  bool woken_ = false;
  std::vector<CallBatch*> finished_;
  std::map<SharedSymbol*, Debt> debts_;
};

}  // namespace gpuwright

#endif
