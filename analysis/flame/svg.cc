// A flame graph as SVG. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/svg.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "analysis/flame/svg_assets.h"
#include "analysis/flame/svg_text.h"

namespace knotestat::flame {
namespace {

constexpr int kMargin = 10;
constexpr int kHeader = 64;  // title, total, search
constexpr int kFooter = 44;  // details of a frame, legend
constexpr int kRow = 17;     // one frame and the gap above it
constexpr double kLeastWidth = 0.1;
constexpr double kCharacter = 6.65;  // of the 11 px monospace font

// Fixed notation with `decimals` digits.
std::string Fixed(double value, int decimals) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value,
                                 std::chars_format::fixed, decimals);
  return {text, end.ptr};
}

struct Frame {
  uint32_t node;
  uint32_t depth;
  uint64_t start;  // sum of what lies left of it
};

class Drawing {
 public:
  Drawing(const StackTree& tree, const SvgOptions& options)
      : tree_(tree),
        options_(options),
        why_empty_(Printable("No samples. " + options.why_empty)),
        width_(std::max(options.width, 300)),
        totals_(tree.Totals()),
        names_(tree.names().size()),
        scale_((width_ - 2 * kMargin) /
               static_cast<double>(std::max<uint64_t>(tree.total(), 1))) {
    if (tree.total() > 0) LayOut();
  }

  std::string Draw() {
    constexpr int kRowsWithoutFrames = 6;
    const int rows =
        frames_.empty() ? kRowsWithoutFrames : static_cast<int>(depth_) + 1;
    height_ = kHeader + kFooter + kRow * rows;
    out_.reserve(frames_.size() * 260 + 16384);
    Head();
    if (frames_.empty()) WhyEmpty();
    out_ += "<g id=\"frames\">\n";
    for (const Frame& frame : frames_) DrawFrame(frame);
    out_ += "</g>\n";
    Foot();
    return std::move(out_);
  }

 private:
  double Width(uint64_t value) const {
    return static_cast<double>(value) * scale_;
  }

  // Lists the visible frames, parents before children, siblings by name.
  void LayOut() {
    std::vector<uint32_t> visible;
    for (uint32_t i = 1; i < totals_.size(); ++i) {
      if (Width(totals_[i]) >= kLeastWidth) visible.push_back(i);
    }
    const OrderedChildren children(tree_, visible);
    std::vector<Frame> todo = {{StackTree::kRoot, 0, 0}};
    while (!todo.empty()) {
      const Frame frame = todo.back();
      todo.pop_back();
      frames_.push_back(frame);
      depth_ = std::max(depth_, frame.depth);
      shown_self_ += tree_.nodes()[frame.node].self;
      const size_t first = todo.size();
      uint64_t start = frame.start;
      for (uint32_t child : children.Of(frame.node)) {
        todo.push_back({child, frame.depth + 1, start});
        start += totals_[child];
      }
      std::reverse(todo.begin() + static_cast<ptrdiff_t>(first), todo.end());
    }
  }

  void Text(const char* attributes, double x, double y,
            std::string_view content) {
    out_.append("<text ").append(attributes);
    out_.append(" x=\"").append(Fixed(x, 1));
    out_.append("\" y=\"").append(Fixed(y, 1)).append("\">");
    out_.append(EscapeXml(content)).append("</text>\n");
  }

  void Head() {
    const std::string width = std::to_string(width_);
    const std::string height = std::to_string(height_);
    const std::string title = EscapeXml(Printable(options_.title));
    out_ +=
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
        width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " +
        height + "\" role=\"group\" aria-label=\"" + title +
        "\" data-total=\"" + std::to_string(tree_.total()) + "\" data-unit=\"" +
        EscapeXml(Printable(options_.unit)) + "\">\n<title>" + title +
        "</title>\n<style>";
    out_.append(kSvgStyle).append("</style>\n");
    out_ += "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n";
    Text("class=\"title\"", kMargin, 24, Printable(options_.title));
    Text("class=\"quiet\"", kMargin, 44, Summary());
  }

  std::string Percent(uint64_t part) const {
    return Fixed(100 * static_cast<double>(part) /
                     static_cast<double>(tree_.total()),
                 2) +
           " %";
  }

  std::string Summary() const {
    if (tree_.total() == 0) return "no samples";
    if (!options_.summary.empty()) return Printable(options_.summary);
    std::string text = "total " + FormatValue(tree_.total(), options_.unit);
    if (const uint64_t unknown = UnknownValue(tree_); unknown > 0)
      text += ", " + Percent(unknown) + " in functions without a name";
    return text;
  }

  // What is said of a frame behind its name.
  std::string DetailOf(const Frame& frame) const {
    if (options_.detail) return Printable(options_.detail(frame.node));
    const uint64_t value = totals_[frame.node];
    return FormatValue(value, options_.unit) + ", " + Percent(value);
  }

  // What is drawn of a name, which many frames have.
  struct Name {
    std::string printable, escaped, color;
  };
  const Name& NameOf(const Frame& frame) {
    Name& name = names_[tree_.nodes()[frame.node].name];
    if (name.color.empty()) {
      name.printable = Printable(tree_.Name(frame.node));
      name.escaped = EscapeXml(name.printable);
      name.color = FrameColor(name.printable);
    }
    return name;
  }

  // Takes the place of the frames, broken into lines between words.
  void WhyEmpty() {
    const size_t limit = static_cast<size_t>((width_ - 2 * kMargin) / 7);
    std::string_view rest = why_empty_;
    for (int line = 0; !rest.empty(); ++line) {
      size_t end = rest.size();
      if (end > limit) {
        end = rest.rfind(' ', limit);
        if (end == std::string_view::npos || end == 0) end = limit;
      }
      Text("class=\"empty\"", kMargin, kHeader + 14 + kRow * line,
           rest.substr(0, end));
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }

  void DrawFrame(const Frame& frame) {
    const uint64_t value = totals_[frame.node];
    const double x = kMargin + Width(frame.start);
    const double width = Width(value);
    const double y = kHeader + kRow * static_cast<double>(depth_ - frame.depth);
    const Name& name = NameOf(frame);
    out_.append("<g class=\"f\" data-s=\"").append(std::to_string(frame.start));
    out_.append("\" data-v=\"").append(std::to_string(value));
    out_.append("\" data-d=\"").append(std::to_string(frame.depth));
    out_.append("\"><title>").append(name.escaped).append(" (");
    out_.append(EscapeXml(DetailOf(frame))).append(")</title><rect x=\"");
    out_.append(Fixed(x, 1)).append("\" y=\"").append(Fixed(y, 0));
    out_.append("\" width=\"").append(Fixed(width, 1));
    out_.append("\" height=\"").append(std::to_string(kRow - 1));
    out_.append("\" fill=\"");
    out_.append(options_.color ? options_.color(frame.node) : name.color);
    out_.append("\"/>");
    const std::string label =
        Elide(name.printable,
              static_cast<size_t>(std::max(0.0, width - 6) / kCharacter));
    if (!label.empty()) {
      out_.append("<text x=\"").append(Fixed(x + 3, 1));
      out_.append("\" y=\"").append(Fixed(y + 12, 0)).append("\">");
      out_.append(EscapeXml(label)).append("</text>");
    }
    out_.append("</g>\n");
  }

  void Foot() {
    const double y = height_ - kFooter + 18;
    Text("id=\"details\"", kMargin, y, "");
    const uint64_t hidden = tree_.total() - shown_self_;
    if (hidden > 0) {
      Text("class=\"quiet\" id=\"hidden\"", kMargin, y + 18,
           "Not drawn, in frames narrower than 0.1 px: " +
               (options_.detail ? Percent(hidden)
                                : FormatValue(hidden, options_.unit) + ", " +
                                      Percent(hidden)));
    }
    out_.append("<script><![CDATA[").append(kSvgScript);
    out_.append("]]></script>\n</svg>\n");
  }

  const StackTree& tree_;
  const SvgOptions& options_;
  const std::string why_empty_;
  const int width_;
  const std::vector<uint64_t> totals_;
  std::vector<Name> names_;  // by StackTree::Node::name, made when first drawn
  const double scale_;       // px per unit of value
  std::vector<Frame> frames_;
  uint32_t depth_ = 0;
  uint64_t shown_self_ = 0;  // of the stacks that end in a drawn frame
  int height_ = 0;
  std::string out_;
};

}  // namespace

std::string FlameSvg(const StackTree& tree, const SvgOptions& options) {
  return Drawing(tree, options).Draw();
}

}  // namespace knotestat::flame
