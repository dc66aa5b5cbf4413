// The MAX78000 and the AI84 in a comment.
inline int channels(const Device& device) { return &device == &max78002 ? 2048 : 1024; }  // a MAX78002
inline bool is_old(Text name) { return name == Text("AI84"); }
inline constexpr char source[] = "ai84 2.3; max7800x-device 4";
