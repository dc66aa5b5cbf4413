# Stands for the vendor's file of a board.
BOARD_WAS_READ := yes
