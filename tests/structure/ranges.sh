# Types that say whether their numbers are allowed say which are: sh ranges.sh FOLDER. Messages tell them.
awk 'FNR == 1 { open = "" }
     /static constexpr bool in_range =/ { open = FILENAME ":" FNR; ++found }
     /static constexpr Text range =/ { open = "" }
     /^};/ { if (open != "") { print open ": in_range without range"; wrong = 1 } open = "" }
     END { if (found < 10) { print "only " found + 0 " types have in_range"; wrong = 1 } exit wrong }' "$1"/*.hpp
