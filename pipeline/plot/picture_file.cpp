#include "pipeline/plot/picture_file.hpp"

#include <cairo-svg.h>
#include <fmt/format.h>
#include <png.h>

#include <array>
#include <csetjmp>
#include <memory>
#include <vector>

#include "kernels/error.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/plot/canvas.hpp"

namespace unetsr::pipeline::picture {
namespace {

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

[[noreturn]] void fail(PictureSize size) {
  throw Error(
      fmt::format("a picture of {} x {} pixels cannot be made; take a smaller --width", size.width, size.height));
}

void draw_on(cairo_surface_t* surface, PictureSize size, const std::function<void(cairo_t*)>& draw) {
  const Context context(cairo_create(surface), cairo_destroy);
  cairo_set_source_rgb(context.get(), 1, 1, 1);
  cairo_paint(context.get());
  draw(context.get());
  if (cairo_status(context.get()) != CAIRO_STATUS_SUCCESS) fail(size);
}

struct PngWriter {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  ~PngWriter() { png_destroy_write_struct(&png, &info); }
};

void append_png(png_structp png, png_bytep bytes, png_size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), count);
}

// Here libpng jumps on failure: nothing in it has a destructor.
bool write_png(const PngWriter& writer, PictureSize size, png_text* texts, int text_count, const png_byte* rgb,
               std::string* bytes) {
  if (!writer.info || setjmp(png_jmpbuf(writer.png))) return false;
  png_set_write_fn(writer.png, bytes, append_png, nullptr);
  png_set_compression_level(writer.png, 9);
  png_set_filter(writer.png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);  // cells are areas of one colour
  png_set_IHDR(writer.png, writer.info, png_uint_32(size.width), png_uint_32(size.height), 8, PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_text(writer.png, writer.info, texts, text_count);
  png_write_info(writer.png, writer.info);
  for (int row = 0; row < size.height; ++row) png_write_row(writer.png, rgb + size_t(row) * size_t(size.width) * 3);
  png_write_end(writer.png, writer.info);
  return true;
}

std::vector<png_byte> rgb_of(cairo_surface_t* surface, PictureSize size) {
  cairo_surface_flush(surface);
  const auto* pixels = reinterpret_cast<const uint32_t*>(cairo_image_surface_get_data(surface));
  const size_t stride = size_t(cairo_image_surface_get_stride(surface)) / 4;
  std::vector<png_byte> rgb;
  rgb.reserve(size_t(size.width) * size_t(size.height) * 3);
  for (int row = 0; row < size.height; ++row)
    for (int column = 0; column < size.width; ++column)
      for (const int shift : {16, 8, 0})
        rgb.push_back(png_byte(pixels[size_t(row) * stride + size_t(column)] >> shift & 255));
  return rgb;
}

std::string png_of(PictureSize size, const std::string& description, const std::function<void(cairo_t*)>& draw) {
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, size.width, size.height), cairo_surface_destroy);
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) fail(size);
  draw_on(surface.get(), size, draw);
  const std::vector<png_byte> rgb = rgb_of(surface.get(), size);
  std::string software = "unetsr " + version(), words = description;
  std::array<char, 9> software_key = {"Software"};
  std::array<char, 12> description_key = {"Description"};
  std::array<png_text, 2> texts = {};
  texts[0].compression = PNG_TEXT_COMPRESSION_NONE, texts[1].compression = PNG_ITXT_COMPRESSION_NONE;
  texts[0].key = software_key.data(), texts[0].text = software.data(), texts[0].text_length = software.size();
  texts[1].key = description_key.data(), texts[1].text = words.data(), texts[1].itxt_length = words.size();
  std::string bytes;
  const PngWriter writer;
  if (!write_png(writer, size, texts.data(), int(texts.size()), rgb.data(), &bytes)) fail(size);
  return bytes;
}

cairo_status_t append_svg(void* text, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

std::string svg_of(PictureSize size, const std::string& description, const std::function<void(cairo_t*)>& draw) {
  std::string svg;
  {
    const Surface surface(cairo_svg_surface_create_for_stream(append_svg, &svg, size.width, size.height),
                          cairo_surface_destroy);
    cairo_svg_surface_set_document_unit(surface.get(), CAIRO_SVG_UNIT_PX);
    draw_on(surface.get(), size, draw);
    cairo_surface_finish(surface.get());
    if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) fail(size);
  }
  const size_t head = svg.find("<svg"), body = svg.find('>', head);
  if (head == std::string::npos || body == std::string::npos) fail(size);
  svg.insert(body + 1, "\n<title>" + escaped(description) + "</title>");
  svg.insert(head, "<!-- Written by unetsr " + version() + " -->\n");
  return svg;
}

}  // namespace

PictureFormat picture_format_of(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  if (extension == ".png") return PictureFormat::png;
  if (extension == ".svg") return PictureFormat::svg;
  throw UsageError(file.string() + ": the last argument is the picture to write; its name ends in .png or .svg");
}

std::string encode_picture(PictureFormat format, PictureSize size, const std::string& description,
                           const std::function<void(cairo_t*)>& draw) {
  return format == PictureFormat::png ? png_of(size, description, draw) : svg_of(size, description, draw);
}

}  // namespace unetsr::pipeline::picture
