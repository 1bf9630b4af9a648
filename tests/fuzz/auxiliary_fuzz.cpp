// --aux and --compare.
#include "data/formats/auxiliary.hpp"
#include "data/formats/compared_map.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const std::string text = fuzz::text_of(data, size);
  fuzz::refused_or_read([&] {
    const data::AuxiliaryBand band = data::parse_auxiliary(text);
    fuzz::require(!band.name.empty() && !band.file.empty() && band.band >= 0, "no name, no file or no band");
    data::file_of(band, "2019-05-25");
    data::file_of(band, "{window}");
    const data::ValueRules rules = data::value_rules({}, band.stated);
    fuzz::require(!(rules.low && rules.high && *rules.low > *rules.high), "a range upside down");
    fuzz::require(rules.scale - rules.scale == 0 && rules.offset - rules.offset == 0, "a scale that is no number");
  });
  fuzz::refused_or_read([&] {
    const data::AuxiliaryBand map = data::parse_compared_map(text);
    fuzz::require(!map.file.empty() && map.band >= 0, "no file or no band");
  });
  return 0;
}
