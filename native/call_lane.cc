#include "call_lane.h"

#include <signal.h>

#include <algorithm>

#include "glibc_floor.h"

namespace gpuwright {

CallLane::Answer CallLane::Submit(CallBatch* batch, Wedge* wedge) {
  Locked locked(mutex_);
  if (wedged_) {
    *wedge = {wedged_by_, MonotonicMs() - wedged_since_ms_};
    return Answer::kWedged;
  }
  // A machine that has no thread left to give is as full as a full queue.
  if (waiting_.size() >= kMaxWaiting || !EnsureThread()) return Answer::kQueueFull;
  Enqueue(batch);
  return Answer::kAccepted;
}

void CallLane::SubmitUnattended(CallBatch* batch) {
  Locked locked(mutex_);
  if (EnsureThread()) Enqueue(batch);
}

CallBatch::Progress CallLane::Abandon(CallBatch* batch) {
  Locked locked(mutex_);
  const CallBatch::Progress progress = batch->Abandon();
  if (progress.running) {
    // The lane's thread takes this mutex after the late call, so it cannot have passed by already.
    wedged_ = true;
    wedged_by_ = batch->calls[progress.finished].function.symbol->name;
    wedged_since_ms_ = batch->running_since_ms();
  } else {
    RemoveWaiting(batch);
  }
  return progress;
}

bool CallLane::Withdraw(CallBatch* batch) {
  Locked locked(mutex_);
  return RemoveWaiting(batch);
}

CallLane::State CallLane::GetState() {
  Locked locked(mutex_);
  if (wedged_) return State::kWedged;
  return current_ != nullptr || !waiting_.empty() ? State::kBusy : State::kIdle;
}

void CallLane::Enqueue(CallBatch* batch) {
  batch->Retain();
  waiting_.push_back(batch);
  pthread_cond_signal(&wake_);
}

bool CallLane::RemoveWaiting(CallBatch* batch) {
  const auto found = std::find(waiting_.begin(), waiting_.end(), batch);
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  batch->Release();
  return true;
}

bool CallLane::EnsureThread() {
  if (has_thread_) return true;
  // Signals meant for the process are for the JavaScript side's threads; a fault inside the library is this thread's own.
  sigset_t blocked, before;
  sigfillset(&blocked);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF}) sigdelset(&blocked, fault);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  pthread_t thread;
  has_thread_ = pthread_create(&thread, nullptr, ThreadMain, this) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!has_thread_) return false;
  pthread_setname_np(thread, ("gw " + key_).substr(0, 15).c_str());
  pthread_detach(thread);
  return true;
}

void* CallLane::ThreadMain(void* lane) { static_cast<CallLane*>(lane)->Work(); }

void CallLane::Work() {
  mutex_.Lock();
  for (;;) {
    while (waiting_.empty()) pthread_cond_wait(&wake_, mutex_.native());
    CallBatch* batch = current_ = waiting_.front();
    waiting_.pop_front();
    mutex_.Unlock();

    batch->Run(this);

    mutex_.Lock();
    current_ = nullptr;
    wedged_ = false;
    mutex_.Unlock();
    // After the lane's state, so that whoever hears of the batch finds the lane free.
    if (!batch->abandoned() && batch->mailbox() != nullptr) batch->mailbox()->Post(batch);
    batch->Release();
    mutex_.Lock();
  }
}

}  // namespace gpuwright
