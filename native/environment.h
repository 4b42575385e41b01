// What belongs to one JavaScript environment (the main thread, a worker).
#ifndef GPUWRIGHT_ENVIRONMENT_H
#define GPUWRIGHT_ENVIRONMENT_H

#include <node_api.h>

#include <map>
#include <string>
#include <vector>

#include "call_batch.h"
#include "call_lane.h"
#include "mailbox.h"
#include "scratch.h"

namespace gpuwright {

// Owner: the napi_env, as its instance data. Environment's thread only; lane threads know the mailbox alone.
class Environment {
 public:
  // Null, with an exception pending, on failure.
  static Environment* Create(napi_env env);
  static Environment* Of(napi_env env) {
    // Asking Node costs as much as the rest of a synchronous call; nearly always a thread has one environment.
    if (last_used_ != nullptr && last_used_->env_ == env) return last_used_;
    void* data = nullptr;
    napi_get_instance_data(env, &data);
    return last_used_ = static_cast<Environment*>(data);
  }

  // Makes the call that stands in the scratch buffer. In the header because every nanosecond of it shows.
  FrameFault CallScratch() {
    RecordHead& head = scratch_->layout.head;
    const uint32_t id = head.function;
    if (id == 0 || id >= functions.size()) return FrameFault::kFunction;
    const BoundFunction& function = functions[id];
    if (head.relocation_count != 0 || function.returns_text) return CallScratchFrame(function);
    uint64_t words[kMaxWords];
    const FrameFault fault = PointWords(scratch_->Frame(), words);
    if (fault == FrameFault::kNone) head.status = function.trampoline(function.address, words).status;
    return fault;
  }

  // Keeps the batch until it is settled; `finished` is called, without arguments, when all its calls have been made or skipped.
  CallLane::Answer Submit(CallLane* lane, CallBatch* batch, napi_value finished, CallLane::Wedge* wedge);
  // Null where no batch of that number is waited for.
  CallBatch* Find(uint32_t id) const;
  bool Withdraw(uint32_t id);
  // Ends the wait: what has finished is written into the packet, which must be as long as it was. The batch must be there.
  void Settle(uint32_t id, uint8_t* packet);

  // The scratch buffer as an ArrayBuffer; null on failure.
  napi_value ShowScratch();

  std::vector<SharedLibrary*> libraries;
  std::vector<CallLane*> lanes;
  std::vector<BoundFunction> functions{BoundFunction()};  // 0 means none
  Mailbox* const mailbox = new Mailbox();

 private:
  struct Pending {
    CallBatch* batch;
    CallLane* lane;
    napi_ref finished;
  };

  explicit Environment(napi_env env) : env_(env) {}
  ~Environment();
  static void Finalize(napi_env env, void* self, void* hint);
  static void CleanUp(void* self);
  static void OnWake(napi_env env, napi_value callback, void* context, void* data);
  FrameFault CallScratchFrame(const BoundFunction& function);
  bool OpenMailbox();
  void Deliver();

  // The thread's own, cleared with the environment. glibc keeps room for such small ones in libraries that are loaded late.
#ifdef __GLIBC__
  __attribute__((tls_model("initial-exec")))
#endif
  static inline thread_local Environment* last_used_ = nullptr;

  napi_env const env_;
  napi_threadsafe_function wake_ = nullptr;
  Scratch* const scratch_ = new Scratch();
  uint32_t last_id_ = 0;
  std::map<uint32_t, Pending> pending_;
};

}  // namespace gpuwright

#endif
