// --model.
#include "input.hpp"
#include "nn/model_spec.hpp"
#include "nn/network.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const std::string text = fuzz::text_of(data, size);
  fuzz::refused_or_read([&] {
    const nn::ModelSpec spec = nn::model_spec(text, 3);
    fuzz::require(nn::model_spec(nn::to_string(spec), 1) == spec, "a network that is read back otherwise");
    const double parameters = nn::parameter_count(spec);
    fuzz::require(parameters > 0 && parameters <= 1e9, "a network of no or too many parameters");
    fuzz::require(double(nn::make_network<float>(spec)->parameters().size()) == parameters, "parameters miscounted");
    fuzz::require(nn::receptive_field(spec) > 0, "a receptive field of nothing");
  });
  return 0;
}
