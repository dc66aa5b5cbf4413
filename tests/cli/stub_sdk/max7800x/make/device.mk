# Stands for the vendor's file of a part: compiles the sources as that does, and links nothing.
ifneq "$(BOARD_WAS_READ)" "yes"
$(error the board's file comes first)
endif
CXX := arm-none-eabi-g++
CXXFLAGS := -mthumb -mcpu=cortex-m4 -mfloat-abi=softfp -mfpu=fpv4-sp-d16 -Os -Wall -Wdouble-promotion -MD -c -fno-rtti \
            -fno-exceptions -std=c++11
CXXFLAGS += -DTARGET=$(TARGET) -D$(TARGET_UC) $(PROJ_CFLAGS) $(addprefix -I,$(IPATH)) -I$(STUB_INCLUDE)
OBJS := $(SRCS:%.cpp=build/%.o)

all: build/$(PROJECT).objects
build/$(PROJECT).objects: $(OBJS)
	test -n "$(LINKERFILE)"
	echo $(OBJS) >$@
build/%.o: %.cpp
	mkdir -p build
	$(CXX) $(CXXFLAGS) $< -o $@
