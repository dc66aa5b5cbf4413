// Fields as CheckFieldLists.cmake has to find them: `forgotten` is in no list, and no list follows `alone`.
namespace rows {
inline constexpr Field count{"count", 0, 8}, forgotten{"forgotten", 8, 4};
inline constexpr Field fields[] = {count};
}  // namespace rows
struct Columns {
  static constexpr Field count{"count", 0, &Places::width}, forgotten_not{"not forgotten", 8, 4};
  static constexpr Field fields[] = {count, forgotten_not};
};
struct Lonely {
  static constexpr Field alone{"alone", 0, 8};
};
