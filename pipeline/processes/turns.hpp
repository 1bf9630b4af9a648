#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "data/dataset/scratch_file.hpp"
#include "pipeline/processes/packed.hpp"
#include "pipeline/processes/processes.hpp"

// Items of work that processes make in turn. What an item becomes is a row of messages, and those of all items are
// taken in the order of the items, as if one process had made them one after another.
namespace unetsr::pipeline {

class Turns {
 public:
  // Messages that wait for their turn lie in a scratch file beside this one. A process that is alone has none.
  explicit Turns(std::filesystem::path beside) : beside_(std::move(beside)) {}

  // Every process calls these. make(item, emit) gives emit(message) what the item becomes, in one process; take(item,
  // message) is called in all processes, or in the first alone. Each has as many messages in memory as take() leaves.
  template <class Message, class Make, class Take>
  void for_all(int64_t items, const Make& make, const Take& take) {
    if (processes().size() == 1) return alone<Message>(items, make, take);
    gather(items, packing<Message>(make),
           [&](int64_t item, std::string message) { take(item, unpacked<Message>(std::move(message))); });
  }
  template <class Message, class Make, class Take>
  void for_first(int64_t items, const Make& make, const Take& take) {
    if (processes().size() == 1) return alone<Message>(items, make, take);
    const auto own = [&](int64_t item) { make(item, [&](Message message) { take(item, std::move(message)); }); };
    collect(items, packing<Message>(make), own,
            [&](int64_t item, std::string message) { take(item, unpacked<Message>(std::move(message))); });
  }

  // Whether this process makes the item.
  static bool is_own(int64_t item) { return item % processes().size() == processes().rank(); }

 private:
  class Outbox;
  using Emit = std::function<void(const std::string&)>;
  using Make = std::function<void(int64_t item, const Emit&)>;
  using Take = std::function<void(int64_t item, std::string message)>;

  template <class Message, class MakeTyped, class TakeTyped>
  static void alone(int64_t items, const MakeTyped& make, const TakeTyped& take) {
    for (int64_t item = 0; item < items; ++item) make(item, [&](Message message) { take(item, std::move(message)); });
  }
  template <class Message, class MakeTyped>
  static Make packing(const MakeTyped& make) {
    return
        [&make](int64_t item, const Emit& emit) { make(item, [&](const Message& message) { emit(packed(message)); }); };
  }

  void gather(int64_t items, const Make&, const Take&);
  void collect(int64_t items, const Make&, const std::function<void(int64_t item)>& make_and_take, const Take&);
  data::ScratchFile& scratch();

  std::filesystem::path beside_;
  std::unique_ptr<data::ScratchFile> scratch_;
};

}  // namespace unetsr::pipeline
