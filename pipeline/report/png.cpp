#include "pipeline/report/png.hpp"

#include <fmt/format.h>
#include <png.h>

#include <csetjmp>

#include "kernels/error.hpp"

namespace unetsr::pipeline::report {

namespace {

void append(png_structp png, png_bytep bytes, png_size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), count);
}

struct Writer {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

// Here libpng jumps on failure: nothing in it has a destructor.
bool write(const Writer& writer, const Image& image, std::string* bytes) {
  if (!writer.info || setjmp(png_jmpbuf(writer.png))) return false;
  png_set_write_fn(writer.png, bytes, append, nullptr);
  png_set_IHDR(writer.png, writer.info, png_uint_32(image.width), png_uint_32(image.height), 8, PNG_COLOR_TYPE_PALETTE,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_color colours[256];
  png_byte alphas[256];
  const int count = int(image.palette.size());
  for (int i = 0; i < count; ++i) {
    const Colour c = image.palette[size_t(i)];
    colours[i] = {c.red, c.green, c.blue};
    alphas[i] = c.alpha;
  }
  png_set_PLTE(writer.png, writer.info, colours, count);
  png_set_tRNS(writer.png, writer.info, alphas, count, nullptr);
  // The palettes of maps are in the order of their values, so that filters of differences pay.
  png_set_filter(writer.png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_write_info(writer.png, writer.info);
  for (int row = 0; row < image.height; ++row)
    png_write_row(writer.png, image.pixels.data() + size_t(row) * size_t(image.width));
  png_write_end(writer.png, writer.info);
  return true;
}

}  // namespace

std::string encode_png(const Image& image) {
  if (image.palette.empty() || image.palette.size() > 256)
    throw Error(fmt::format("picture for the report: {} colours; 1 to 256 are possible", image.palette.size()));
  std::string bytes;
  const Writer writer;
  if (!write(writer, image, &bytes))
    throw Error(fmt::format("cannot encode a picture of {} x {} pixels for the report", image.width, image.height));
  return bytes;
}

std::string base64(std::string_view bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? uint8_t(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::string png_data_uri(const Image& image) {
  return "data:image/png;base64," + base64(encode_png(image));
}

}  // namespace unetsr::pipeline::report
