// The functions that lib/backend/addon-binding.ts declares. Each checks its arguments and hands on; nothing is decided here.
#include <node_api.h>

#include "arguments.h"
#include "environment.h"
#include "process_state.h"

namespace gpuwright {
namespace {

constexpr size_t kMaxPathBytes = 4095;
constexpr size_t kMaxNameBytes = 255;
constexpr double kMaxDeadlineMs = 2147483647;

napi_value MakeNumber(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

napi_value MakeBoolean(napi_env env, bool yes) {
  napi_value value = nullptr;
  napi_get_boolean(env, yes, &value);
  return value;
}

napi_value ThrowRange(napi_env env, const std::string& message) {
  napi_throw_range_error(env, nullptr, message.c_str());
  return nullptr;
}

// empty(): nothing, to measure other calls against.
napi_value Empty(napi_env, napi_callback_info) { return nullptr; }

// Apart, so that its strings do not cost `Call` a stack frame.
[[gnu::noinline, gnu::cold]] napi_value ThrowFault(napi_env env, FrameFault fault) {
  return ThrowRange(env, std::string("call: ") + Describe(fault));
}

// call(): the call that stands in `scratch`.
napi_value Call(napi_env env, napi_callback_info) {
  const FrameFault fault = Environment::Of(env)->CallScratch();
  return fault == FrameFault::kNone ? nullptr : ThrowFault(env, fault);
}

// openLibrary(path): its number.
napi_value OpenLibrary(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  std::string path, error;
  if (!arguments.Text(0, "path", kMaxPathBytes, &path)) return nullptr;
  SharedLibrary* library = ProcessState::Get().Open(path, &error);
  if (library == nullptr) {
    napi_throw_error(env, nullptr, error.c_str());
    return nullptr;
  }
  auto& libraries = Environment::Of(env)->libraries;
  libraries.push_back(library);
  return MakeNumber(env, static_cast<double>(libraries.size() - 1));
}

// hasSymbol(library, symbol)
napi_value HasSymbol(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  const auto& libraries = Environment::Of(env)->libraries;
  size_t library;
  std::string symbol;
  if (!arguments.Index(0, "library", libraries.size(), &library) || !arguments.Text(1, "symbol", kMaxNameBytes, &symbol)) return nullptr;
  return MakeBoolean(env, libraries[library]->Find(symbol) != nullptr);
}

// bind(library, symbol, shape): a function's number, 0 where the library does not export it.
napi_value Bind(napi_env env, napi_callback_info info) {
  const Arguments<3> arguments(env, info);
  Environment* environment = Environment::Of(env);
  size_t library, shape;
  std::string symbol;
  if (!arguments.Index(0, "library", environment->libraries.size(), &library) || !arguments.Text(1, "symbol", kMaxNameBytes, &symbol) ||
      !arguments.Index(2, "shape", kShapeCount, &shape)) {
    return nullptr;
  }
  SharedSymbol* found = environment->libraries[library]->Find(symbol);
  if (found == nullptr) return MakeNumber(env, 0);
  environment->functions.emplace_back(found, &kShapes[shape]);
  return MakeNumber(env, static_cast<double>(environment->functions.size() - 1));
}

// callPacket(packet): the calls of a packet, here and now.
napi_value CallPacket(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  Bytes packet;
  std::string reason;
  if (!arguments.Buffer(0, "packet", &packet)) return nullptr;
  CallBatch batch(nullptr);
  if (!batch.Unpack(packet.data, packet.size, Environment::Of(env)->functions, &reason)) return ThrowRange(env, reason);
  for (BatchCall& call : batch.calls) call.Run();
  batch.Pack({static_cast<uint32_t>(batch.calls.size()), false}, packet.data);
  return nullptr;
}

// lane(library, key): its number.
napi_value Lane(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  Environment* environment = Environment::Of(env);
  size_t library;
  std::string key;
  if (!arguments.Index(0, "library", environment->libraries.size(), &library) || !arguments.Text(1, "lane", kMaxNameBytes, &key)) return nullptr;
  environment->lanes.push_back(ProcessState::Get().Lane(environment->libraries[library], key));
  return MakeNumber(env, static_cast<double>(environment->lanes.size() - 1));
}

// laneState(lane): 0 idle, 1 busy, 2 wedged.
napi_value LaneState(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const auto& lanes = Environment::Of(env)->lanes;
  size_t lane;
  if (!arguments.Index(0, "lane", lanes.size(), &lane)) return nullptr;
  return MakeNumber(env, static_cast<double>(lanes[lane]->GetState()));
}

napi_value MakeWedge(napi_env env, const CallLane::Wedge& wedge) {
  napi_value object, symbol;
  if (napi_create_object(env, &object) != napi_ok || napi_create_string_utf8(env, wedge.symbol.c_str(), wedge.symbol.size(), &symbol) != napi_ok) {
    return nullptr;
  }
  napi_set_named_property(env, object, "symbol", symbol);
  napi_set_named_property(env, object, "runningMs", MakeNumber(env, static_cast<double>(wedge.running_ms)));
  return object;
}

// submit(lane, packet, deadlineMs, finished): the batch's number; 0 for a full queue; { symbol, runningMs } for a wedged lane.
napi_value Submit(napi_env env, napi_callback_info info) {
  const Arguments<4> arguments(env, info);
  Environment* environment = Environment::Of(env);
  size_t lane;
  Bytes packet;
  double deadline_ms;
  napi_value finished;
  if (!arguments.Index(0, "lane", environment->lanes.size(), &lane) || !arguments.Buffer(1, "packet", &packet) ||
      !arguments.Number(2, "deadlineMs", 0, kMaxDeadlineMs, &deadline_ms) || !arguments.Function(3, "finished", &finished)) {
    return nullptr;
  }
  auto* batch = new CallBatch(environment->mailbox);
  batch->deadline_ms = MonotonicMs() + static_cast<int64_t>(deadline_ms) + 1;
  std::string reason;
  if (!batch->Unpack(packet.data, packet.size, environment->functions, &reason)) {
    batch->Release();
    return ThrowRange(env, reason);
  }
  CallLane::Wedge wedge;
  const CallLane::Answer answer = environment->Submit(environment->lanes[lane], batch, finished, &wedge);
  const uint32_t id = batch->id;
  batch->Release();
  if (answer == CallLane::Answer::kWedged) return MakeWedge(env, wedge);
  return MakeNumber(env, answer == CallLane::Answer::kAccepted ? id : 0);
}

bool PendingBatch(napi_env env, const Arguments<2>& arguments, uint32_t* id, CallBatch** batch) {
  double number;
  if (!arguments.Number(0, "batch", 1, 4294967295.0, &number)) return false;
  *id = static_cast<uint32_t>(number);
  *batch = Environment::Of(env)->Find(*id);
  if (*batch == nullptr) ThrowRange(env, "batch: no batch of that number is waited for");
  return *batch != nullptr;
}

// withdraw(batch): true where no call of it had started; none will then. It still has to be settled.
napi_value Withdraw(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  uint32_t id;
  CallBatch* batch;
  if (!PendingBatch(env, arguments, &id, &batch)) return nullptr;
  return MakeBoolean(env, Environment::Of(env)->Withdraw(id));
}

// settle(batch, packet): writes what has finished into the packet that was submitted and abandons the rest.
napi_value Settle(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  uint32_t id;
  CallBatch* batch;
  Bytes packet;
  if (!PendingBatch(env, arguments, &id, &batch) || !arguments.Buffer(1, "packet", &packet)) return nullptr;
  if (packet.size != batch->packet_bytes()) return ThrowRange(env, "packet: is not the one that was submitted");
  Environment::Of(env)->Settle(id, packet.data);
  return nullptr;
}

napi_value MakeShapes(napi_env env) {
  napi_value list, text;
  if (napi_create_array_with_length(env, kShapeCount, &list) != napi_ok) return nullptr;
  for (uint32_t i = 0; i < kShapeCount; i++) {
    if (napi_create_string_utf8(env, kShapes[i].text, NAPI_AUTO_LENGTH, &text) != napi_ok) return nullptr;
    if (napi_set_element(env, list, i, text) != napi_ok) return nullptr;
  }
  return list;
}

}  // namespace

napi_value Register(napi_env env, napi_value exports) {
  Environment* environment = Environment::Create(env);
  if (environment == nullptr) return nullptr;
  const auto function = [](const char* name, napi_callback callback) {
    return napi_property_descriptor{name, nullptr, callback, nullptr, nullptr, nullptr, napi_enumerable, nullptr};
  };
  const auto value = [](const char* name, napi_value what) {
    return napi_property_descriptor{name, nullptr, nullptr, nullptr, nullptr, what, napi_enumerable, nullptr};
  };
  napi_value shapes = MakeShapes(env);
  napi_value scratch = environment->ShowScratch();
  if (shapes == nullptr || scratch == nullptr) {
    napi_throw_error(env, nullptr, "this runtime gives no buffer that native code owns");
    return nullptr;
  }
  const napi_property_descriptor properties[] = {
      value("shapes", shapes),
      value("scratch", scratch),
      function("empty", Empty),
      function("call", Call),
      function("callPacket", CallPacket),
      function("openLibrary", OpenLibrary),
      function("hasSymbol", HasSymbol),
      function("bind", Bind),
      function("lane", Lane),
      function("laneState", LaneState),
      function("submit", Submit),
      function("withdraw", Withdraw),
      function("settle", Settle),
  };
  napi_define_properties(env, exports, sizeof properties / sizeof properties[0], properties);
  return exports;
}

}  // namespace gpuwright

NAPI_MODULE_INIT() { return gpuwright::Register(env, exports); }
