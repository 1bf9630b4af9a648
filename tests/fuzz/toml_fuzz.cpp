// Files of options.
#include <cmath>

#include "input.hpp"
#include "pipeline/console/toml_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "options.toml");
  fuzz::refused_or_read([&] {
    pipeline::TomlFile file(path);
    bool flag = false;
    int number = 0;
    uint64_t seed = 0;
    double real = 0;
    std::string text;
    std::vector<std::string> list;
    file.read("flag", flag), file.read("number", number), file.read("seed", seed), file.read("real", real);
    file.read("text", text), file.read("list", list);
    file.refuse_other_keys();
    if (std::isnan(real)) real = 0;  // equals nothing
    using pipeline::toml_value;
    const std::string again = "flag = " + toml_value(flag) + "\nnumber = " + toml_value(number) +
                              "\nseed = " + toml_value(seed) + "\nreal = " + toml_value(real) +
                              "\ntext = " + toml_value(text) + "\nlist = " + toml_value(list) + "\n";
    pipeline::TomlFile written(
        fuzz::file_of(reinterpret_cast<const uint8_t*>(again.data()), again.size(), "again.toml"));
    bool same_flag = !flag;
    int same_number = 0;
    uint64_t same_seed = 0;
    double same_real = 0;
    std::string same_text;
    std::vector<std::string> same_list;
    written.read("flag", same_flag), written.read("number", same_number), written.read("seed", same_seed);
    written.read("real", same_real), written.read("text", same_text), written.read("list", same_list);
    fuzz::require(same_flag == flag && same_number == number && same_seed == seed && same_real == real &&
                      same_text == text && same_list == list,
                  "values that are written otherwise than they are read");
  });
  return 0;
}
