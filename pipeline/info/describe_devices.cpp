#include <fmt/format.h>

#include "kernels/devices.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/info/describe.hpp"

namespace unetsr::pipeline {

Description describe_devices() {
  Description d;
  d.json = {{"kind", "devices"}, {"cuda", built_with_cuda()}};
  TextTable table({"device", "description", "units", "GiB"});
  for (const DeviceInfo& device : devices()) {
    d.json["devices"].push_back({{"name", device.name},
                                 {"description", device.description},
                                 {"units", device.units},
                                 {"memory_bytes", device.memory_bytes}});
    table.add({device.name, device.description, fmt::to_string(device.units),
               fmt::format("{:.1f}", double(device.memory_bytes) / double(1 << 30))});
  }
  d.text = table.text();
  if (!built_with_cuda())
    d.text += "\nbuilt without CUDA\n";
  else if (d.json["devices"].size() == 1)
    d.text += "\nno GPU that CUDA can use\n";
  return d;
}

}  // namespace unetsr::pipeline
