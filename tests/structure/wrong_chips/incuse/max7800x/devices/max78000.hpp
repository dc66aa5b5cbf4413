inline constexpr Device max78000{};
