#include "nn/summary.hpp"

#include "nn/network.hpp"

namespace unetsr::nn {

Summary summarise(const ModelSpec& spec, int rows, int columns) {
  const auto network = make_network<float>(spec);
  Queue queue(Device::cpu);
  network->parameters().place(queue);
  autograd::Arena arena(queue);
  autograd::Tape<float> tape(queue, arena, false);
  const std::vector<float> image(size_t(rows) * size_t(columns) * size_t(spec.inputs), 0.0f);
  network->forward(tape, tape.tensor(View<const float>(image.data(), 1, rows, columns, spec.inputs)));
  Summary summary;
  for (const autograd::OpRecord& r : tape.records()) {
    summary.layers.push_back({r.layer, r.op, r.output, r.parameters, r.flops});
    summary.flops += r.flops;
  }
  summary.parameters = network->parameters().size();
  summary.receptive_field = receptive_field(spec);
  return summary;
}

}  // namespace unetsr::nn
