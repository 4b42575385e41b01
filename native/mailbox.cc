#include "mailbox.h"

#include "call_batch.h"

namespace gpuwright {

std::map<SharedSymbol*, Mailbox::Debt> Mailbox::Close() {
  std::vector<CallBatch*> finished;
  std::map<SharedSymbol*, Debt> debts;
  {
    Locked locked(mutex_);
    closed_ = true;
    wake_ = nullptr;
    finished.swap(finished_);
    debts.swap(debts_);
  }
  for (CallBatch* batch : finished) batch->Release();
  return debts;
}

void Mailbox::Post(CallBatch* batch) {
  Locked locked(mutex_);
  if (closed_) return;
  batch->Retain();
  finished_.push_back(batch);
  if (woken_) return;
  // Under the mutex, so that Close cannot end the function between the look and the call. Never blocks: its queue is unbounded.
  woken_ = napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking) == napi_ok;
}

std::vector<CallBatch*> Mailbox::Take() {
  Locked locked(mutex_);
  woken_ = false;
  return std::exchange(finished_, {});
}

bool Mailbox::Change(SharedSymbol* undo, CallLane* lane, int by) {
  Locked locked(mutex_);
  if (closed_) return false;
  Debt& debt = debts_.try_emplace(undo, Debt{nullptr, 0}).first->second;
  debt.count += by;
  if (lane != nullptr) debt.lane = lane;
  return true;
}

}  // namespace gpuwright
