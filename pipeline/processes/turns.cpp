#include "pipeline/processes/turns.hpp"

#include <vector>

namespace unetsr::pipeline {

// The messages of one item, one after another in the scratch file.
class Turns::Outbox {
 public:
  Outbox(data::ScratchFile& scratch, int64_t item, const Make& make) : scratch_(scratch) {
    int64_t end = 0;
    make(item, [&](const std::string& message) {
      scratch_.write(end, message.data(), message.size());
      end += int64_t(message.size());
      sizes_.push_back(message.size());
    });
  }

  const std::vector<uint64_t>& sizes() const { return sizes_; }
  // Calls each(message) in their order.
  template <class Each>
  void read(const Each& each) const {
    int64_t place = 0;
    for (const uint64_t size : sizes_) {
      std::string message(size_t(size), '\0');
      scratch_.read(place, message.data(), message.size());
      place += int64_t(size);
      each(std::move(message));
    }
  }

 private:
  data::ScratchFile& scratch_;
  std::vector<uint64_t> sizes_;
};

data::ScratchFile& Turns::scratch() {
  if (!scratch_) scratch_ = std::make_unique<data::ScratchFile>(beside_);
  return *scratch_;
}

// Each makes its item of a round before the first of the round is sent, so that they work at the same time.
void Turns::gather(int64_t items, const Make& make, const Take& take) {
  const Processes& all = processes();
  for (int64_t first = 0; first < items; first += all.size()) {
    std::unique_ptr<Outbox> own;
    if (first + all.rank() < items) own = std::make_unique<Outbox>(scratch(), first + all.rank(), make);
    for (int maker = 0; maker < all.size() && first + maker < items; ++maker) {
      std::vector<uint64_t> sizes;
      if (maker == all.rank()) sizes = own->sizes();
      uint64_t count = sizes.size();
      all.broadcast(&count, sizeof count, maker);
      sizes.resize(size_t(count));
      all.broadcast(sizes.data(), sizes.size() * sizeof(uint64_t), maker);
      const auto pass = [&](std::string message) {
        all.broadcast(message.data(), message.size(), maker);
        take(first + maker, std::move(message));
      };
      if (maker == all.rank())
        own->read(pass);
      else
        for (const uint64_t size : sizes) pass(std::string(size_t(size), '\0'));
    }
  }
}

// The others go on to their next items while the first takes.
void Turns::collect(int64_t items, const Make& make, const std::function<void(int64_t item)>& make_and_take,
                    const Take& take) {
  const Processes& all = processes();
  for (int64_t item = all.is_first() ? 0 : all.rank(); item < items; item += all.is_first() ? 1 : all.size()) {
    const int maker = int(item % all.size());
    if (maker == 0) {
      make_and_take(item);
    } else if (all.is_first()) {
      uint64_t count = 0;
      all.receive(&count, sizeof count, maker);
      std::vector<uint64_t> sizes(static_cast<size_t>(count));
      all.receive(sizes.data(), sizes.size() * sizeof(uint64_t), maker);
      for (const uint64_t size : sizes) {
        std::string message(size_t(size), '\0');
        all.receive(message.data(), message.size(), maker);
        take(item, std::move(message));
      }
    } else {
      const Outbox own(scratch(), item, make);
      const uint64_t count = own.sizes().size();
      all.send_to_first(&count, sizeof count);
      all.send_to_first(own.sizes().data(), own.sizes().size() * sizeof(uint64_t));
      own.read([&](const std::string& message) { all.send_to_first(message.data(), message.size()); });
    }
  }
}

}  // namespace unetsr::pipeline
