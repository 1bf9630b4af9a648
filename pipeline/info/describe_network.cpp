#include <fmt/format.h>

#include "nn/summary.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/option_range.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/info/describe.hpp"

namespace unetsr::pipeline {

Description describe_network(const std::string& model, int channels, int size) {
  require_in_range("channels", channels, channel_range);
  require_in_range("size", size, size_range);
  const nn::ModelSpec spec = nn::model_spec(model, channels);
  refuse_beyond_memory(memory_of(spec, double(size) * size, false), fmt::format("{} with --size {}", model, size),
                       "take a smaller --size");
  const nn::Summary summary = nn::summarise(spec, size, size);
  Description d;
  d.json = {{"kind", "network"},
            {"model", nn::to_string(spec)},
            {"input", {size, size, channels}},
            {"parameters", summary.parameters},
            {"flops", summary.flops},
            {"receptive_field", summary.receptive_field}};
  TextTable table({"layer", "rows x columns x channels", "parameters", "FLOPs"});
  for (const nn::Summary::Layer& layer : summary.layers) {
    d.json["layers"].push_back({{"op", layer.op},
                                {"output", {layer.output.h, layer.output.w, layer.output.c}},
                                {"parameters", layer.parameters},
                                {"flops", layer.flops}});
    table.add({layer.op, fmt::format("{} x {} x {}", layer.output.h, layer.output.w, layer.output.c),
               fmt::to_string(layer.parameters), fmt::to_string(layer.flops)});
  }
  d.text = fmt::format(
      "{}\ninput {} x {} x {} channels\n\n{}\nparameters      {}\nFLOPs           {} ({:.3f} GFLOP) a forward pass\n"
      "receptive field {} cells\n",
      nn::to_string(spec), size, size, channels, table.text(), summary.parameters, summary.flops,
      double(summary.flops) * 1e-9, summary.receptive_field);
  return d;
}

}  // namespace unetsr::pipeline
