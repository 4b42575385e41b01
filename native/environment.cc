#include "environment.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <utility>

namespace gpuwright {

Environment* Environment::Create(napi_env env) {
  auto* self = new Environment(env);
  if (napi_set_instance_data(env, self, Finalize, nullptr) != napi_ok) {
    delete self;
  } else if (self->OpenMailbox()) {
    return self;
  }
  napi_throw_error(env, nullptr, "the addon cannot set up its environment");
  return nullptr;
}

bool Environment::OpenMailbox() {
  napi_value name;
  if (napi_create_string_utf8(env_, "gpuwright", NAPI_AUTO_LENGTH, &name) != napi_ok) return false;
  if (napi_create_threadsafe_function(env_, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, OnWake, &wake_) != napi_ok) return false;
  // A pending batch keeps the event loop alive by its deadline's timer, so the function never has to.
  if (napi_unref_threadsafe_function(env_, wake_) != napi_ok) return false;
  mailbox->Open(wake_);
  // After the function's own hook, so that it runs before that: hooks run in reverse order.
  return napi_add_env_cleanup_hook(env_, CleanUp, this) == napi_ok;
}

Environment::~Environment() {
  if (last_used_ == this) last_used_ = nullptr;
  mailbox->Release();
  scratch_->Release();
}

void Environment::Finalize(napi_env, void* self, void*) { delete static_cast<Environment*>(self); }

// No vendor call here, and no waiting for one.
void Environment::CleanUp(void* data) {
  auto* self = static_cast<Environment*>(data);
  auto debts = self->mailbox->Close();
  for (auto& [id, pending] : self->pending_) {
    pending.lane->Abandon(pending.batch);
    napi_delete_reference(self->env_, pending.finished);
    pending.batch->Release();
  }
  self->pending_.clear();
  napi_release_threadsafe_function(self->wake_, napi_tsfn_abort);

  // With the main thread the process ends, and the driver takes back what it held; a call from now on would run into the library's
  // own destructors.
  if (syscall(SYS_gettid) == getpid()) return;
  for (const auto& [symbol, debt] : debts) {
    if (debt.count <= 0) continue;
    auto* batch = new CallBatch(nullptr);
    batch->AddPlain(symbol, debt.count);
    debt.lane->SubmitUnattended(batch);
    batch->Release();
  }
}

void Environment::OnWake(napi_env env, napi_value, void* context, void*) {
  // At the environment's end Node frees first and drains afterwards, with no env: the context is gone by then.
  if (env == nullptr) return;
  static_cast<Environment*>(context)->Deliver();
}

void Environment::Deliver() {
  for (CallBatch* batch : mailbox->Take()) {
    const auto found = pending_.find(batch->id);
    napi_value receiver, finished, ignored;
    if (found != pending_.end() && found->second.batch == batch && napi_get_global(env_, &receiver) == napi_ok &&
        napi_get_reference_value(env_, found->second.finished, &finished) == napi_ok &&
        napi_call_function(env_, receiver, finished, 0, nullptr, &ignored) == napi_pending_exception) {
      // The others shall hear of theirs all the same.
      napi_value error;
      if (napi_get_and_clear_last_exception(env_, &error) == napi_ok) napi_fatal_exception(env_, error);
    }
    batch->Release();
  }
}

FrameFault Environment::CallScratchFrame(const BoundFunction& function) {
  ScratchLayout& layout = scratch_->layout;
  RecordHead& head = layout.head;
  if (head.relocation_count > kScratchRelocations) return FrameFault::kRelocationPlace;
  RawResult result;
  const FrameFault fault = CallWithFrame(scratch_->Frame(), function.trampoline, function.address, &result);
  if (fault != FrameFault::kNone) return fault;
  head.status = result.status;
  if (function.returns_text) {
    head.text_bytes = kNoText;
    if (result.text != nullptr) {
      head.text_bytes = static_cast<uint32_t>(BoundedTextLength(result.text));
      memcpy(layout.text, result.text, head.text_bytes);
    }
  }
  return FrameFault::kNone;
}

CallLane::Answer Environment::Submit(CallLane* lane, CallBatch* batch, napi_value finished, CallLane::Wedge* wedge) {
  napi_ref reference;
  if (napi_create_reference(env_, finished, 1, &reference) != napi_ok) return CallLane::Answer::kQueueFull;
  // 0 means refused; by the time that the numbers come round again the old ones are long settled.
  if (++last_id_ == 0) last_id_ = 1;
  batch->id = last_id_;
  const CallLane::Answer answer = lane->Submit(batch, wedge);
  if (answer != CallLane::Answer::kAccepted) {
    napi_delete_reference(env_, reference);
    return answer;
  }
  batch->Retain();
  pending_[batch->id] = {batch, lane, reference};
  return answer;
}

CallBatch* Environment::Find(uint32_t id) const {
  const auto found = pending_.find(id);
  return found == pending_.end() ? nullptr : found->second.batch;
}

bool Environment::Withdraw(uint32_t id) {
  const auto found = pending_.find(id);
  return found != pending_.end() && found->second.lane->Withdraw(found->second.batch);
}

void Environment::Settle(uint32_t id, uint8_t* packet) {
  const auto found = pending_.find(id);
  const Pending pending = found->second;
  pending_.erase(found);
  pending.batch->Pack(pending.lane->Abandon(pending.batch), packet);
  napi_delete_reference(env_, pending.finished);
  pending.batch->Release();
}

napi_value Environment::ShowScratch() {
  napi_value buffer;
  scratch_->Retain();
  const auto release = [](napi_env, void*, void* scratch) { static_cast<Scratch*>(scratch)->Release(); };
  if (napi_create_external_arraybuffer(env_, &scratch_->layout, sizeof(ScratchLayout), release, scratch_, &buffer) == napi_ok) return buffer;
  scratch_->Release();
  return nullptr;
}

}  // namespace gpuwright
