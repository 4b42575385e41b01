// A thread of its own that makes calls one after the other, so that a call that hangs holds up nobody but its own lane.
#ifndef GPUWRIGHT_CALL_LANE_H
#define GPUWRIGHT_CALL_LANE_H

#include <deque>
#include <string>

#include "call_batch.h"
#include "locked.h"

namespace gpuwright {

// Owner: process, for ever; shared by all environments that call the same library on the same lane. Any thread.
// Its thread is started by the first batch, is detached and never joined. It belongs to no environment and never sees JavaScript.
class CallLane {
 public:
  enum class State { kIdle, kBusy, kWedged };
  enum class Answer { kAccepted, kWedged, kQueueFull };
  struct Wedge {
    std::string symbol;
    int64_t running_ms = 0;
  };

  explicit CallLane(const std::string& key) : key_(key) {}

  // Takes a reference of its own. When wedged, says by what.
  Answer Submit(CallBatch* batch, Wedge* wedge);

  // Calls that nobody waits for; neither the bound nor a wedge refuses them, they run when the lane gets to them.
  void SubmitUnattended(CallBatch* batch);

  // No further call of the batch starts; if one is inside the library the lane is wedged until it returns.
  CallBatch::Progress Abandon(CallBatch* batch);

  // Takes the batch back if no call of it has started yet.
  bool Withdraw(CallBatch* batch);

  State GetState();

 private:
  static constexpr size_t kMaxWaiting = 64;

  static void* ThreadMain(void* lane);
  [[noreturn]] void Work();
  bool EnsureThread();
  void Enqueue(CallBatch* batch);
  bool RemoveWaiting(CallBatch* batch);

  const std::string key_;
  Mutex mutex_;
  pthread_cond_t wake_ = PTHREAD_COND_INITIALIZER;
  std::deque<CallBatch*> waiting_;
  CallBatch* current_ = nullptr;
  bool has_thread_ = false;
  bool wedged_ = false;
  std::string wedged_by_;
  int64_t wedged_since_ms_ = 0;
};

}  // namespace gpuwright

#endif
