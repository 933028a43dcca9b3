// The few sentences that scripts say, in the language of the page.
const sentences = {
  none: ["Không có mục nào khớp.", "Nothing matches."],
  left: ["Còn {n} ký tự", "{n} characters left"],
  over: ["Quá {n} ký tự", "{n} characters too many"],
  picked: ["Đã chọn {n}", "{n} selected"],
  tooLarge: [
    "Tệp lớn hơn {n} MB. Hãy chụp lại hoặc nén tệp; phần bạn đã điền vẫn còn.",
    "The file is larger than {n} MB. Take the picture again or compress it; what you filled in is still here.",
  ],
  wrongKind: [
    "Loại tệp này không nhận. Hãy chọn tệp PDF, JPG hoặc PNG.",
    "This kind of file is not accepted. Choose a PDF, JPG or PNG file.",
  ],
  sending: ["Đang gửi {n}%", "Sending {n}%"],
  sent: ["Đã gửi xong", "Sent"],
  failed: [
    "Chưa gửi được, có thể do mạng yếu. Tệp vẫn ở đây.",
    "Not sent, the signal may be weak. The file is still here.",
  ],
  retry: ["Gửi lại", "Try again"],
  remove: ["Bỏ tệp", "Remove the file"],
  results: ["{n} mục khớp", "{n} matches"],
  shown: ["Chọn cột", "Choose columns"],
  close: ["Đóng", "Close"],
  mapName: ["Bản đồ các đơn vị; bảng bên dưới có cùng số liệu", "Map of the units; the table below has the same figures"],
  zoomIn: ["Phóng to", "Zoom in"],
  zoomOut: ["Thu nhỏ", "Zoom out"],
  wheel: ["Giữ Ctrl và lăn chuột để phóng to", "Hold Ctrl and scroll to zoom"],
  wheelMac: ["Giữ ⌘ và lăn chuột để phóng to", "Hold ⌘ and scroll to zoom"],
  twoFingers: ["Dùng hai ngón tay để kéo bản đồ", "Use two fingers to move the map"],
  still: ["Xem bản đồ tĩnh", "Show the still map"],
  moving: ["Xem bản đồ tương tác", "Show the interactive map"],
  pointed: ["Chỉ vào một đơn vị để xem, bấm để mở.", "Point at a unit to read it, press to open it."],
};

export function say(name, n) {
  const side = document.documentElement.lang.startsWith("en") ? 1 : 0;
  return sentences[name][side].replace("{n}", n ?? "");
}
