#include "pipeline/predict/shared_blocks.hpp"

#include <utility>

#include "pipeline/console/interrupt.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {

SharedBlocks::SharedBlocks(const data::DatasetFile& file, const Mapper& mapper, std::vector<data::Part> blocks,
                           std::vector<int> windows)
    : file_(file), mapper_(mapper), blocks_(std::move(blocks)), windows_(std::move(windows)) {
  size_t number = windows_.size();
  processes().broadcast(&number, sizeof number, 0);
  windows_.resize(number);
  processes().broadcast(windows_.data(), number * sizeof(int), 0);
}

SharedBlocks::Made SharedBlocks::next() {
  const Processes& all = processes();
  const int maker = int(turn_ % size_t(all.size()));
  Made made{block_of(turn_), {}};
  if (maker == all.rank()) {
    made.sif = make(turn_);
  } else {
    made.sif.resize(size_t(made.block.rows) * size_t(made.block.columns));
    all.receive(made.sif.data(), made.sif.size() * sizeof(float), maker);
  }
  ++turn_;
  return made;
}

void SharedBlocks::make_own() {
  const Processes& all = processes();
  for (size_t turn = size_t(all.rank()); turn < count(); turn += size_t(all.size())) {
    stop_if_interrupted();
    const std::vector<float> sif = make(turn);
    all.send_to_first(sif.data(), sif.size() * sizeof(float));
  }
}

}  // namespace unetsr::pipeline
