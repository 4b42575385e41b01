// Several calls that go to a lane together, and the packet in which they cross the boundary.
#ifndef GPUWRIGHT_CALL_BATCH_H
#define GPUWRIGHT_CALL_BATCH_H

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "call_frame.h"
#include "counted.h"
#include "mailbox.h"
#include "shared_library.h"

namespace gpuwright {

// Head of one call in a packet and in the scratch buffer. lib/backend/addon-packet.ts knows the same layout.
// In a packet there follow, each padded to 8 bytes: relocations (uint32 each), memory, and for text functions kMaxTextBytes.
struct RecordHead {
  // in
  uint32_t function;  // from bind(), never 0
  uint32_t pointer_mask;
  uint32_t relocation_count;
  uint32_t memory_bytes;
  uint32_t undo;  // a function that takes this call back, or 0
  // out
  uint32_t state;  // CallState
  int32_t status;
  uint32_t text_bytes;  // kNoText for NULL
  // in
  uint64_t words[kMaxWords];
};
static_assert(sizeof(RecordHead) == 96, "lib/backend/addon-packet.ts counts on it");

constexpr uint32_t kNoText = 0xffffffff;

enum CallState : uint32_t { kNotStarted = 0, kRunning = 1, kDone = 2 };

// A function that one environment has bound. Index 0 of an environment's list stays empty.
struct BoundFunction {
  BoundFunction() = default;
  BoundFunction(SharedSymbol* bound_symbol, const ShapeEntry* bound_shape)
      : trampoline(bound_shape->trampoline), address(bound_symbol->address), symbol(bound_symbol), returns_text(bound_shape->returns_text) {}
  Trampoline trampoline = nullptr;
  void* address = nullptr;
  SharedSymbol* symbol = nullptr;
  bool returns_text = false;
};

// One call with memory of its own. Owner: its batch.
class BatchCall {
 public:
  BatchCall() = default;
  BatchCall(BatchCall&& other) noexcept;
  BatchCall(const BatchCall&) = delete;
  ~BatchCall();

  FrameView Frame() const;
  // Copies the library's text at once: nobody knows for how long it stays valid.
  void Run();

  BoundFunction function{};
  SharedSymbol* undo = nullptr;
  uint64_t words[kMaxWords] = {};
  uint32_t pointer_mask = 0;
  std::vector<uint32_t> relocations;
  uint8_t* memory = nullptr;
  uint32_t memory_bytes = 0;
  int32_t status = 0;
  bool has_text = false;
  std::string text;
};

// Owner: the environment that submitted it, until it is settled; its lane, until the last call has returned. The calls belong to the
// lane's thread while they run; calls before `Progress::finished` are published by it and belong to the environment.
class CallBatch : public Counted<CallBatch> {
 public:
  struct Progress {
    uint32_t finished;
    bool running;  // call number `finished` is inside the library
  };

  // `mailbox` may be null: nobody waits, as for calls that take others back.
  explicit CallBatch(Mailbox* mailbox);
  ~CallBatch();

  // JavaScript thread. False, and an English reason, where a packet is not what TypeScript packs. Checks everything that a call relies on.
  bool Unpack(const uint8_t* packet, size_t bytes, const std::vector<BoundFunction>& functions, std::string* reason);

  // Instead of Unpack: `times` calls of a function of shape r().
  void AddPlain(SharedSymbol* symbol, int times);

  // JavaScript thread, after Abandon: writes state, status, text and the memory of finished calls into the packet it
  // came in.
  void Pack(Progress progress, uint8_t* packet) const;

  // Lane thread. Ends early when abandoned or at the deadline; returns when no call is inside the library.
  void Run(CallLane* lane);

  // Any thread. Under the lane's mutex: no further call starts. What has been finished by then stays finished.
  Progress Abandon();
  bool abandoned() const { return (progress_.load(std::memory_order_acquire) & kAbandoned) != 0; }
  size_t packet_bytes() const { return packet_bytes_; }
  Mailbox* mailbox() const { return mailbox_; }
  int64_t running_since_ms() const { return running_since_ms_.load(std::memory_order_relaxed); }

  uint32_t id = 0;
  int64_t deadline_ms = INT64_MAX;  // on MonotonicMs
  std::vector<BatchCall> calls;

 private:
  static constexpr uint32_t kAbandoned = 0x80000000;

  Mailbox* const mailbox_;
  size_t packet_bytes_ = 0;
  // 2 × finished calls, + 1 while one is inside the library, | kAbandoned. One word, so that abandoning and starting cannot cross.
  std::atomic<uint32_t> progress_{0};
  std::atomic<int64_t> running_since_ms_{0};
};

// Milliseconds of a clock that only rises; a few milliseconds coarse, and cheap enough to be read at every call.
int64_t MonotonicMs();

}  // namespace gpuwright

#endif
