#include "call_batch.h"

#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "call_lane.h"

namespace gpuwright {
namespace {

constexpr size_t kUsualCalls = 64;

constexpr size_t Padded(size_t bytes) { return (bytes + 7) & ~static_cast<size_t>(7); }

size_t RecordBytes(const RecordHead& head, bool returns_text) {
  return sizeof(RecordHead) + Padded(static_cast<size_t>(head.relocation_count) * sizeof(uint32_t)) + Padded(head.memory_bytes) +
         (returns_text ? kMaxTextBytes : 0);
}

}  // namespace

int64_t MonotonicMs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

BatchCall::BatchCall(BatchCall&& other) noexcept
    : function(other.function),
      undo(other.undo),
      pointer_mask(other.pointer_mask),
      relocations(std::move(other.relocations)),
      memory(std::exchange(other.memory, nullptr)),
      memory_bytes(other.memory_bytes),
      status(other.status),
      has_text(other.has_text),
      text(std::move(other.text)) {
  memcpy(words, other.words, sizeof words);
}

BatchCall::~BatchCall() { free(memory); }

FrameView BatchCall::Frame() const { return {words, pointer_mask, memory, memory_bytes, relocations.data(), relocations.size()}; }

void BatchCall::Run() {
  RawResult result{};
  CallWithFrame(Frame(), function.trampoline, function.address, &result);
  status = result.status;
  has_text = result.text != nullptr;
  if (has_text) text.assign(result.text, BoundedTextLength(result.text));
}

CallBatch::CallBatch(Mailbox* mailbox) : mailbox_(mailbox) {
  if (mailbox_ != nullptr) mailbox_->Retain();
}

CallBatch::~CallBatch() {
  if (mailbox_ != nullptr) mailbox_->Release();
}

bool CallBatch::Unpack(const uint8_t* packet, size_t bytes, const std::vector<BoundFunction>& functions, std::string* reason) {
  const auto bound = [&](uint32_t id) { return id != 0 && id < functions.size(); };
  packet_bytes_ = bytes;
  // As many as there can be, up to a batch as it is usual: memory alone makes a packet large.
  calls.reserve(std::min(bytes / sizeof(RecordHead), kUsualCalls));
  for (size_t at = 0; at < bytes;) {
    RecordHead head;
    if (bytes - at < sizeof head) return *reason = "packet: the packet ends inside a call", false;
    memcpy(&head, packet + at, sizeof head);
    if (!bound(head.function)) return *reason = "packet: no function has that number", false;
    if (head.undo != 0 && !bound(head.undo)) return *reason = "packet: no undoing function has that number", false;
    const BoundFunction& function = functions[head.function];
    if (bytes - at < RecordBytes(head, function.returns_text)) return *reason = "packet: the packet ends inside a call", false;

    calls.emplace_back();
    BatchCall& call = calls.back();
    call.function = function;
    call.undo = head.undo == 0 ? nullptr : functions[head.undo].symbol;
    call.pointer_mask = head.pointer_mask;
    memcpy(call.words, head.words, sizeof call.words);
    const uint8_t* relocations = packet + at + sizeof head;
    call.relocations.resize(head.relocation_count);
    if (head.relocation_count != 0) memcpy(call.relocations.data(), relocations, head.relocation_count * sizeof(uint32_t));
    call.memory_bytes = head.memory_bytes;
    call.memory = static_cast<uint8_t*>(malloc(head.memory_bytes == 0 ? 1 : head.memory_bytes));
    if (call.memory == nullptr) return *reason = "packet: there is not enough memory for the call", false;
    memcpy(call.memory, relocations + Padded(head.relocation_count * sizeof(uint32_t)), head.memory_bytes);

    const FrameFault fault = CheckFrame(call.Frame());
    if (fault != FrameFault::kNone) return *reason = call.function.symbol->name + ": " + Describe(fault), false;
    if (call.undo != nullptr) {
      if (functions[head.undo].trampoline != FindShape("r()")->trampoline) return *reason = "packet: an undoing function must have the shape r()", false;
      call.undo->undoes.store(true, std::memory_order_relaxed);
    }
    at += RecordBytes(head, function.returns_text);
  }
  if (calls.empty()) return *reason = "packet: the packet holds no call", false;
  return true;
}

void CallBatch::AddPlain(SharedSymbol* symbol, int times) {
  for (int i = 0; i < times; i++) {
    calls.emplace_back();
    calls.back().function = BoundFunction(symbol, FindShape("r()"));
  }
}

void CallBatch::Pack(Progress progress, uint8_t* packet) const {
  size_t at = 0;
  for (size_t i = 0; i < calls.size(); i++) {
    const BatchCall& call = calls[i];
    RecordHead head;
    memcpy(&head, packet + at, sizeof head);
    head.relocation_count = static_cast<uint32_t>(call.relocations.size());
    head.memory_bytes = call.memory_bytes;
    const size_t record_bytes = RecordBytes(head, call.function.returns_text);
    if (i < progress.finished) {
      head.state = kDone;
      head.status = call.status;
      head.text_bytes = call.has_text ? static_cast<uint32_t>(call.text.size()) : kNoText;
      uint8_t* memory = packet + at + sizeof head + Padded(call.relocations.size() * sizeof(uint32_t));
      memcpy(memory, call.memory, call.memory_bytes);
      if (call.has_text) memcpy(memory + Padded(call.memory_bytes), call.text.data(), call.text.size());
    } else {
      head.state = progress.running && i == progress.finished ? kRunning : kNotStarted;
    }
    memcpy(packet + at, &head, sizeof head);
    at += record_bytes;
  }
}

void CallBatch::Run(CallLane* lane) {
  for (size_t i = 0; i < calls.size(); i++) {
    const int64_t now = MonotonicMs();
    if (now >= deadline_ms) return;
    running_since_ms_.store(now, std::memory_order_relaxed);
    uint32_t expected = static_cast<uint32_t>(i) * 2;
    if (!progress_.compare_exchange_strong(expected, expected + 1, std::memory_order_acq_rel)) return;

    BatchCall& call = calls[i];
    call.Run();

    // Owed before it is published: from then on JavaScript may take it back, and the ledger must know it by then.
    const bool owes = call.undo != nullptr && call.status == 0;
    const bool owed = owes && mailbox_ != nullptr && mailbox_->Owe(call.undo, lane);
    const bool repays = call.status == 0 && mailbox_ != nullptr && call.function.symbol->undoes.load(std::memory_order_relaxed);
    if (repays) mailbox_->Repay(call.function.symbol);
    const bool abandoned = (progress_.fetch_add(1, std::memory_order_acq_rel) & kAbandoned) != 0;

    // Nobody will ever hear that this call came through, so it is taken back here; but where the environment ended after the call was
    // owed (Repay says no), that has already seen to it.
    if (owes && (!owed || (abandoned && mailbox_->Repay(call.undo)))) call.undo->CallPlain();
    if (abandoned) return;
  }
}

CallBatch::Progress CallBatch::Abandon() {
  const uint32_t before = progress_.fetch_or(kAbandoned, std::memory_order_acq_rel) & ~kAbandoned;
  return {before >> 1, (before & 1) != 0};
}

}  // namespace gpuwright
